/** Links: in a sentence they are plain text links, alone they are a target of 44 px. */
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon.tsx";

export interface LinkProps {
  href: string;
  /** Says where it leads on its own: "See 148 due invoices", never "View". */
  children: ComponentChildren;
  /** Said, not shown, where the words alone repeat on the page: "line 3". */
  about?: string;
  icon?: IconName;
  small?: boolean;
  /** A number that must stay on one line; `roomy` lets it break between 768 and 1024 px, where a table of many columns is tight. */
  unbroken?: boolean | "roomy";
}

const unbrokenClasses = {
  always: "tap whitespace-nowrap",
  roomy: "tap whitespace-nowrap md:whitespace-normal lg:whitespace-nowrap",
};

/** A link that stands alone: in a list, a cell, a section head. */
export function TapLink({ href, children, about, icon, small, unbroken }: LinkProps) {
  return (
    <a
      href={href}
      class={small
        ? "tap text-label"
        : unbroken
        ? unbrokenClasses[unbroken === true ? "always" : unbroken]
        : "tap"}
    >
      {icon && <Icon name={icon} />}
      <span>
        {children}
        {about && <span class="sr-only">{` ${about}`}</span>}
      </span>
    </a>
  );
}

/** Links that stand alone, in a row that wraps. */
export function LinkRow({ links }: { links: { label: string; href: string; icon?: IconName }[] }) {
  return (
    <p class="flex max-w-prose flex-wrap gap-x-6">
      {links.map((link) => <TapLink key={link.href} href={link.href} icon={link.icon}>{link.label}</TapLink>)}
    </p>
  );
}
