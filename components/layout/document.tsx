/** The HTML document around every page: language, title, icon. Styles and sprite are added by `finish_page.ts`. */
import type { ComponentChildren } from "preact";

export interface TitleParts {
  page: string;
  section?: string;
  /** The business whose books are open; left out before sign-in. */
  tenant?: string;
  /** The form came back with errors: the title says so first. */
  hasErrors?: boolean;
}

/** "Invoice INV-42 – Invoices – Calder Fleet Services – Milepost". */
export function pageTitle({ page, section, tenant, hasErrors }: TitleParts): string {
  const parts = [page, section, tenant, "Milepost"].filter(Boolean).join(" – ");
  return hasErrors ? `Error: ${parts}` : parts;
}

/** The mark as a `data:` picture: a file would cost every first visit a request. */
const tabIcon = "data:image/svg+xml," + encodeURIComponent(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-2 0 28 28"><path d="M3 27V11a9 9 0 0 1 18 0v16z" fill="#fff" stroke="#0a3a78" stroke-width="2"/><path d="M3 12v-1a9 9 0 0 1 18 0v1zM8 17h8v1H8zM8 22h5v1H8z" fill="#0a3a78"/></svg>`,
);

export interface DocumentProps {
  title: string;
  lang?: string;
  children: ComponentChildren;
}

export function Document({ title, lang = "en-GB", children }: DocumentProps) {
  return (
    <html lang={lang}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <title>{title}</title>
        <link rel="icon" href={tabIcon} />
      </head>
      <body>{children}</body>
    </html>
  );
}

/** First in the tab order of every page, shown when it has focus. */
export function SkipLink({ words = "Skip to main content" }: { words?: string }) {
  return (
    <a
      href="#main"
      class="sr-only focus:not-sr-only focus:absolute focus:top-3 focus:left-4 focus:px-4 focus:py-3 bg-paper"
    >
      {words}
    </a>
  );
}
