/** The frame of every page behind sign-in: skip link, bar, menu, main, foot. */
import type { ComponentChildren } from "preact";
import { TapLink } from "../ui/link.tsx";
import { Brand } from "./brand.tsx";
import { SkipLink } from "./document.tsx";
import { BusinessLink, MenuButton, Nav, type Person, PersonLink } from "./nav.tsx";
import type { NavGroup } from "./nav_groups.ts";

export interface FrameLink {
  label: string;
  href: string;
}

export interface AppFrameProps {
  groups: NavGroup[];
  path: string;
  person: Person;
  /** Whose books are open, and where to change that if the person has several. */
  business: { name: string; switchHref?: string };
  signOutAction: string;
  /** Help stands in the same place on every page. */
  footLinks: FrameLink[];
  children: ComponentChildren;
}

export function AppFrame({ footLinks, children, ...menu }: AppFrameProps) {
  return (
    <>
      <SkipLink />
      <header class="flex items-center justify-between gap-3 px-4 lg:px-6 py-2 border-b border-line screen-only">
        <Brand href="/" />
        <div class="hidden lg:flex items-center gap-6 ml-auto">
          <BusinessLink {...menu.business} />
          <PersonLink {...menu.person} />
        </div>
        <MenuButton />
      </header>
      <div class="lg:grid lg:grid-cols-[15rem_minmax(0,1fr)] lg:min-h-[calc(100vh-8rem)]">
        <Nav {...menu} />
        <main id="main" class="block px-4 pt-4 pb-12 lg:px-8 lg:pt-6 lg:pb-16 max-w-page">
          <p role="status" class="sr-only"></p>
          {children}
        </main>
      </div>
      <Foot links={footLinks} />
    </>
  );
}

export function Foot({ links }: { links: FrameLink[] }) {
  return (
    <footer class="flex flex-wrap gap-x-6 px-4 lg:px-6 py-3 border-t border-line screen-only">
      {links.map((link) => <TapLink key={link.href} href={link.href} small>{link.label}</TapLink>)}
    </footer>
  );
}
