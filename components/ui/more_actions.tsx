/** Rarer actions behind one word. They open in the flow of the page, never over what can take focus. */
import { TapLink } from "./link.tsx";

export interface MoreActionsProps {
  label?: string;
  links: { label: string; href: string }[];
}

export function MoreActions({ label = "More actions", links }: MoreActionsProps) {
  return (
    <details class="screen-only">
      <summary class="disclosure tap font-semibold text-blue">{label}</summary>
      <ul role="list" class="flex flex-wrap gap-x-6">
        {links.map((link) => (
          <li key={link.href}>
            <TapLink href={link.href}>{link.label}</TapLink>
          </li>
        ))}
      </ul>
    </details>
  );
}
