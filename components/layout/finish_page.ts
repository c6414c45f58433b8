/**
 * The last step of every page: reads which classes and shapes the HTML uses, and puts their style sheet and sprite in.
 * The style is inline (one request per page), allowed by its hash in the content policy: no nonce, so a page can be cached.
 */
import { createHash } from "node:crypto";
import { sheetCss } from "../style/sheet.ts";
import { cssOf } from "../style/twind.ts";
import { spriteFor } from "../ui/icon.tsx";

export interface FinishedPage {
  html: string;
  /** The source for `style-src`: `'sha256-…'`, quotes included. */
  styleHash: string;
}

/** Pages differ in their words, rarely in their set of classes: a few hundred sets cover the product. */
const keptSets = 500;
const cssBySet = new Map<string, string>();

/** Every class name in the HTML, once. */
export function classNamesIn(html: string): Set<string> {
  const names = new Set<string>();
  for (const [, value] of html.matchAll(/\sclass="([^"]*)"/g)) {
    for (const name of value.split(/\s+/)) if (name) names.add(unescapeAttribute(name));
  }
  return names;
}

/** The style sheet of a page, and its hash for the content policy. */
export function styleOf(html: string): { css: string; styleHash: string } {
  const css = cssOfSet(html) + sheetCss(runningFootOf(html));
  return { css, styleHash: `'sha256-${createHash("sha256").update(css).digest("base64")}'` };
}

function cssOfSet(html: string): string {
  const names = [...classNamesIn(html)].sort();
  const key = names.join(" ");
  let css = cssBySet.get(key);
  if (css === undefined) {
    css = cssOf(names);
    const oldest = cssBySet.keys().next();
    if (cssBySet.size >= keptSets && !oldest.done) cssBySet.delete(oldest.value);
    cssBySet.set(key, css);
  }
  return css;
}

/** What a page for paper repeats at the foot of every sheet. */
function runningFootOf(html: string): string | undefined {
  const foot = html.match(/\sdata-running-foot="([^"]*)"/)?.[1];
  return foot === undefined ? undefined : unescapeAttribute(foot);
}

export function finishPage(html: string): FinishedPage {
  const { css, styleHash } = styleOf(html);
  const withSprite = html.replace("</body>", () => `${spriteFor(html)}</body>`);
  return { html: withSprite.replace("</head>", () => `<style>${css}</style></head>`), styleHash };
}

/** What a page may load: its own files, its one style sheet, nothing from anywhere else. */
export function pagePolicy(styleHash: string): string {
  return [
    "default-src 'none'",
    `style-src ${styleHash}`,
    "script-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/**
 * Finishes an HTML response and sets its content policy; any other response passes unchanged.
 * Use as the outermost middleware: `app.use(async (ctx) => finishResponse(await ctx.next()))`.
 */
export async function finishResponse(
  response: Response,
  policyFor: (styleHash: string) => string = pagePolicy,
): Promise<Response> {
  if (!response.body || !response.headers.get("content-type")?.startsWith("text/html")) return response;
  const { html, styleHash } = finishPage(await response.text());
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  headers.set("content-security-policy", policyFor(styleHash));
  return new Response(html, { status: response.status, statusText: response.statusText, headers });
}

function unescapeAttribute(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => entities[name as keyof typeof entities]);
}
const entities = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
