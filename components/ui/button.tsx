/** Buttons and the links that look like them: `go` once per page or form, `stop` only where something cannot be undone. */
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon.tsx";

const shape =
  "inline-flex items-center justify-center gap-2 min-h-tap min-w-tap px-4 py-2 font-semibold leading-snug text-center rounded cursor-pointer";
const outline = "border-control no-underline";

const kinds = {
  go: `${shape} ${outline} border-blue bg-blue text-on-blue hover:bg-blue-deep hover:text-on-blue`,
  normal: `${shape} ${outline} border-blue bg-paper text-blue hover:bg-blue-tint hover:text-blue-deep`,
  plain: `${shape} bg-transparent text-blue underline underline-offset-4 hover:text-blue-deep`,
  stop: `${shape} ${outline} border-bad bg-paper text-bad hover:bg-bad-tint hover:text-bad`,
};

/** Full width and taller: the one button of a sign-in or pay form. */
const wide = "w-full text-lead py-3";

export type ButtonKind = keyof typeof kinds;

interface Look {
  kind?: ButtonKind;
  icon?: IconName;
  wide?: boolean;
  /** The verb says the result: "Approve 498 invoices". */
  children: ComponentChildren;
  /** Said after the label, not shown: "for Ashdown Couriers" where several buttons share a word. */
  about?: string;
}

export interface ButtonProps extends Look {
  type?: "submit" | "button";
  name?: string;
  value?: string;
  formaction?: string;
}

function classOf({ kind = "normal", wide: isWide }: Look): string {
  return isWide ? `${kinds[kind]} ${wide}` : kinds[kind];
}

function Label({ icon, children, about }: Look) {
  return (
    <>
      {icon && <Icon name={icon} />}
      <span>
        {children}
        {about && <span class="sr-only">{` ${about}`}</span>}
      </span>
    </>
  );
}

export function Button({ type = "submit", name, value, formaction, ...look }: ButtonProps) {
  return (
    <button type={type} name={name} value={value} formaction={formaction} class={classOf(look)}>
      <Label {...look} />
    </button>
  );
}

export interface ButtonLinkProps extends Look {
  href: string;
}

export function ButtonLink({ href, ...look }: ButtonLinkProps) {
  return (
    <a href={href} class={classOf(look)}>
      <Label {...look} />
    </a>
  );
}

/** Buttons side by side; under 480 px each takes the whole line. */
export function Actions({ children }: { children: ComponentChildren }) {
  return (
    <div class="flex flex-wrap items-center gap-3 w-full xs:w-auto [&>*]:grow xs:[&>*]:grow-0 screen-only">
      {children}
    </div>
  );
}
