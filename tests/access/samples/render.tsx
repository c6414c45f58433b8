/** Renders a page body in its frame to the HTML that a browser would get, without a server framework. */
import type { ComponentChildren } from "preact";
import { renderToString } from "preact-render-to-string";
import { AppFrame } from "../../../components/layout/app_frame.tsx";
import { Document, pageTitle, type TitleParts } from "../../../components/layout/document.tsx";
import { Paper } from "../../../components/layout/paper.tsx";
import { Door } from "../../../components/layout/door.tsx";
import { navGroups } from "../../../components/layout/nav_groups.ts";

const footLinks = [
  { label: "Help", href: "/help" },
  { label: "Glossary", href: "/glossary" },
  { label: "Accessibility", href: "/accessibility" },
];

export function renderBare(title: string, body: ComponentChildren): string {
  return "<!DOCTYPE html>" + renderToString(<Document title={title}>{body}</Document>);
}

/** A page behind sign-in, as Tom Okafor of Calder Fleet Services sees it. */
export function renderInApp(path: string, title: TitleParts, body: ComponentChildren): string {
  return renderBare(
    pageTitle({ tenant: "Calder Fleet Services", ...title }),
    <AppFrame
      groups={navGroups(new Set(), { "/usage": { count: "12", what: "rows set aside" } })}
      path={path}
      person={{ name: "Tom Okafor", accountHref: "/account" }}
      business={{ name: "Calder Fleet Services Ltd", switchHref: "/business" }}
      signOutAction="/sign-out"
      footLinks={footLinks}
    >
      {body}
    </AppFrame>,
  );
}

export function renderAtDoor(title: TitleParts, body: ComponentChildren): string {
  return renderBare(pageTitle(title), <Door footLinks={footLinks}>{body}</Door>);
}

/** A page made for paper. */
export function renderOnPaper(
  title: TitleParts,
  number: string,
  backHref: string,
  body: ComponentChildren,
): string {
  return renderBare(
    pageTitle({ tenant: "Calder Fleet Services", ...title }),
    <Paper
      signOutAction="/sign-out"
      back={{ label: `Back to invoice ${number}`, href: backHref }}
      runningFoot={`${number}, Calder Fleet Services Ltd`}
    >
      {body}
    </Paper>,
  );
}
