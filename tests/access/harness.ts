/** All checks on one page: load it as a reader would, under its own content policy, and say everything that is wrong. */
import assert from "node:assert/strict";
import type { CDPSession, Page } from "playwright-core";
import { checkBytes, checkInline, type Load, load } from "./bytes_check.ts";
import type { Finding } from "./finding.ts";
import { checkFocus, checkMenu } from "./focus_check.ts";
import {
  checkLargeText,
  checkLineLength,
  checkReflow,
  checkSpacing,
  checkTargets,
} from "./geometry_check.ts";
import { type Accepted, checkMarkup, checkWithAxe, checkWithCodeSniffer } from "./rules_check.ts";
import { checkWords } from "./words_check.ts";

export interface PageToCheck {
  url: string;
  /** A selector to wait for, where the page is filled in after loading. */
  ready?: string;
  /** The page has islands, so it may load script. */
  hasIslands?: boolean;
  /** What axe cannot decide and a person has looked at. */
  accepted?: Accepted[];
  /** 200 if left out. */
  status?: number;
}

interface LoadedPage extends PageToCheck {
  page: Page;
  session: CDPSession;
  loaded: Load;
  hasIslands: boolean;
}

type Check = (loaded: LoadedPage) => Finding[] | Promise<Finding[]>;

/** In the order in which they run; those that change the window or the focus come last. */
const checks = {
  status: ({ loaded, status = 200 }) =>
    loaded.status === status ? [] : [{ check: "status", what: `${loaded.status} instead of ${status}` }],
  bytes: ({ loaded, hasIslands }) => checkBytes(loaded, hasIslands),
  inline: ({ loaded, hasIslands }) => checkInline(loaded.html, hasIslands),
  policy: ({ loaded }) => checkPolicy(loaded.policy),
  markup: ({ loaded }) => checkMarkup(loaded.html),
  axe: ({ page, accepted }) => checkWithAxe(page, accepted),
  sniffer: ({ page }) => checkWithCodeSniffer(page),
  targets: ({ page }) => checkTargets(page),
  lineLength: ({ page }) => checkLineLength(page),
  words: ({ page }) => checkWords(page),
  reflow: ({ page }) => checkReflow(page),
  largeText: ({ page, session }) => checkLargeText(page, session),
  spacing: ({ page }) => checkSpacing(page),
  focus: ({ page }) => checkFocus(page),
  menu: ({ page }) => checkMenu(page),
} satisfies Record<string, Check>;

export type CheckName = keyof typeof checks;
export const checkNames = Object.keys(checks) as CheckName[];

/** Everything that is wrong with the page; an empty list if nothing is. */
export async function checkPage(page: Page, toCheck: PageToCheck, names = checkNames): Promise<Finding[]> {
  const found: Finding[] = [];
  page.on("console", (message) => {
    if (/Content Security Policy/.test(message.text())) found.push({ check: "policy", what: message.text() });
  });
  page.on("pageerror", (error) => found.push({ check: "script", what: error.message }));
  const session = await page.context().newCDPSession(page);
  const loaded = await load(page, session, toCheck.url);
  const landed = new URL(page.url()).pathname;
  if (landed !== new URL(toCheck.url).pathname) {
    // Otherwise the checks would praise a page that nobody asked for.
    found.push({ check: "address", what: `the page leads on to ${landed}` });
  }
  if (toCheck.ready) await page.waitForSelector(toCheck.ready);
  for (const name of names) {
    const check: Check = checks[name];
    found.push(
      ...await check({ ...toCheck, page, session, loaded, hasIslands: toCheck.hasIslands ?? false }),
    );
  }
  await session.detach();
  return found;
}

/** No page without a policy, and none that lets inline code through. */
function checkPolicy(policy: string | null): Finding[] {
  if (!policy) return [{ check: "policy", what: "the response has no Content-Security-Policy" }];
  return /'unsafe-/.test(policy)
    ? [{ check: "policy", what: `the policy allows unsafe code: ${policy}` }]
    : [];
}

export function assertNothingFound(found: Finding[], where: string): void {
  const lines = found.map(({ check, what }) => `  ${check}: ${what}`);
  assert.equal(found.length, 0, `${where}: ${found.length} findings\n${lines.join("\n")}`);
}
