/** A form that works without script: its first button saves, so that Enter saves; nothing submits by itself. */
import type { ComponentChildren } from "preact";
import { Actions, Button, type ButtonKind, ButtonLink } from "./button.tsx";

export interface FormProps {
  action?: string;
  /** Verb and result: "Save the customer". */
  submit: string;
  /** Of the button; `go` if left out, which a page has once. */
  kind?: ButtonKind;
  /** The way out: "Cancel" is not enough, say what stays. */
  cancel?: { label: string; href: string };
  /** Values that travel unseen, such as the idempotency key minted with the page. */
  hidden?: Record<string, string>;
  /** The form carries a file. */
  upload?: boolean;
  /** The one button is as wide as the form. */
  wide?: boolean;
  /** Buttons beside the first one, which send the same form for something else. */
  otherButtons?: ComponentChildren;
  /** Other buttons stand among the fields; Enter saves all the same. */
  hasOtherButtons?: boolean;
  children: ComponentChildren;
}

export function Form(
  { action, submit, kind = "go", cancel, hidden = {}, upload, wide, otherButtons, hasOtherButtons, children }:
    FormProps,
) {
  // `novalidate`: the server's words say what to type, a browser's bubble does not.
  return (
    <form method="post" action={action} novalidate encType={upload ? "multipart/form-data" : undefined}>
      {Object.entries(hidden).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {/* Enter presses the first button of a form, shown or not. */}
      {hasOtherButtons && <button type="submit" hidden>{submit}</button>}
      {children}
      {wide ? <Button kind={kind} wide>{submit}</Button> : (
        <Actions>
          <Button kind={kind}>{submit}</Button>
          {otherButtons}
          {cancel && <ButtonLink kind="plain" href={cancel.href}>{cancel.label}</ButtonLink>}
        </Actions>
      )}
    </form>
  );
}
