/** The frame of a page: with menu for whoever has a tenant open, the door for everyone else. */
import type { ComponentChildren } from "preact";
import { AppFrame } from "../../components/layout/app_frame.tsx";
import { Door } from "../../components/layout/door.tsx";
import { navGroups } from "../../components/layout/nav_groups.ts";
import type { State } from "../../define.ts";

const footLinks: { label: string; href: string }[] = [];

export interface FrameProps {
  state: State;
  /** Path of the page, without the query. */
  path: string;
  children: ComponentChildren;
}

export function Frame({ state, path, children }: FrameProps) {
  const { session } = state;
  if (!session?.tenant) {
    return <Door footLinks={footLinks} signOutAction={session ? "/sign-out" : undefined}>{children}</Door>;
  }
  return (
    <AppFrame
      groups={navGroups(session.actor.capabilities)}
      path={path}
      person={{ name: session.user.name, accountHref: "/account" }}
      business={{
        name: session.tenant.name,
        switchHref: session.memberships.length > 1 ? "/tenants" : undefined,
      }}
      signOutAction="/sign-out"
      footLinks={footLinks}
    >
      {children}
    </AppFrame>
  );
}
