/** Nothing here: one sentence and one action, no picture. */
import { ButtonLink } from "./button.tsx";
import { TapLink } from "./link.tsx";

export interface EmptyProps {
  /** "No invoice yet." or "No invoice matches." */
  sentence: string;
  /** "Record the first payment", "Clear 3 filters"; left out for a reader who may not. */
  action?: { label: string; href: string };
  /** The page's one button; a link in a side section. */
  main?: boolean;
}

export function Empty({ sentence, action, main }: EmptyProps) {
  if (!main) {
    return (
      <div>
        <p>{sentence}</p>
        {action && <TapLink href={action.href}>{action.label}</TapLink>}
      </div>
    );
  }
  return (
    <div class="max-w-prose py-8">
      <p class="mb-4 text-lead">{sentence}</p>
      {action && <ButtonLink kind="go" href={action.href}>{action.label}</ButtonLink>}
    </div>
  );
}
