/** A walk through the page by keyboard: everything is reached, everything with focus is seen, nothing covers it. */
import type { Page } from "playwright-core";
import { type Finding, pageFunctions } from "./finding.ts";
import { checkWithAxe } from "./rules_check.ts";

/** A page of 25 rows has about 60 stops; more than this is a trap. */
const maxStops = 300;

/** The next Tab starts at the top, wherever focus was before. */
const startAtTop = `(() => {
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
  scrollTo(0, 0);
})()`;

/** Marks what should be reached. */
const prepare = `(() => {
  ${pageFunctions}
  window.__stops = [...document.querySelectorAll("a[href],button,input:not([type=hidden]),select,textarea,summary,[tabindex='0']")]
    .filter((element) => !element.disabled && isShown(element) && element.type !== "radio");
  window.__seen = new Set([document.activeElement]);
  window.__last = undefined;
})()`;

/** Looks at the element that has focus; null at the end of the page. */
const lookAtFocus = `(() => {
  ${pageFunctions}
  const element = document.activeElement;
  if (!element || element === document.body || element === document.documentElement) return { end: true };
  // A date field has a stop for each of its parts.
  if (window.__last === element && element.matches("input[type=date],input[type=month]")) return { end: false, problems: [] };
  if (window.__seen.has(element)) return { end: true };
  window.__seen.add(element);
  window.__last = element;
  const problems = [];
  const style = getComputedStyle(element);
  if (!element.matches(":focus-visible") || style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) {
    problems.push("shows no focus ring of 2 px or more");
  }
  const rect = element.getClientRects()[0] || element.getBoundingClientRect();
  const ring = parseFloat(style.outlineWidth) + parseFloat(style.outlineOffset) || 0;
  if (rect.width === 0 || rect.bottom < 0 || rect.top > innerHeight || rect.right < 0 || rect.left > innerWidth) {
    problems.push("has focus outside the window");
  } else {
    const x = Math.min(Math.max(rect.left + rect.width / 2, 1), innerWidth - 1);
    const y = Math.min(Math.max(rect.top + Math.min(rect.height, innerHeight) / 2, 1), innerHeight - 1);
    const top = document.elementFromPoint(x, y);
    const label = element.closest("label");
    if (top && !element.contains(top) && !top.contains(element) && !(label && label.contains(top))) {
      problems.push("is covered by " + describe(top));
    }
    if (rect.left - ring < -0.5 || rect.right + ring > innerWidth + 0.5) problems.push("has its focus ring cut by the edge of the window");
  }
  for (let parent = element.parentElement; parent && parent !== document.body; parent = parent.parentElement) {
    if (!/hidden|clip/.test(getComputedStyle(parent).overflow)) continue;
    const box = parent.getBoundingClientRect();
    if (rect.left - ring < box.left || rect.right + ring > box.right || rect.top - ring < box.top || rect.bottom + ring > box.bottom) {
      problems.push("has its focus ring cut by " + describe(parent));
    }
  }
  return { end: false, problems: problems.map((problem) => describe(element) + " " + problem) };
})()`;

const unreached = `(() => {
  ${pageFunctions}
  return window.__stops.filter((element) => !window.__seen.has(element)).map((element) => describe(element) + " is not reached by Tab");
})()`;

interface Look {
  end: boolean;
  problems?: string[];
}

/** Tabs from where focus is to the end, and says what is wrong at any stop. */
async function walk(page: Page): Promise<string[]> {
  const found: string[] = [];
  await page.evaluate(prepare);
  for (let stop = 0; stop < maxStops; stop++) {
    await page.keyboard.press("Tab");
    const look = await page.evaluate(lookAtFocus) as Look;
    if (look.end) return [...found, ...await page.evaluate(unreached) as string[]];
    found.push(...look.problems!);
  }
  return [`Tab does not come to an end after ${maxStops} stops`];
}

/** WCAG 2.1.1, 2.4.7, 2.4.12, 2.4.13: everything is reached and seen. */
export async function checkFocus(page: Page): Promise<Finding[]> {
  await page.evaluate(startAtTop);
  return (await walk(page)).map((what) => ({ check: "focus", what }));
}

/** A menu behind a button: it takes focus, keeps it from what it covers, closes on Escape and gives focus back. */
export async function checkMenu(page: Page): Promise<Finding[]> {
  const button = page.locator("[popovertarget]:visible").first();
  if (await button.count() === 0) return [];
  const found: string[] = [];
  await button.focus();
  await page.keyboard.press("Enter");
  if (!await page.evaluate(`!!document.querySelector(":popover-open")`)) {
    return [{ check: "menu", what: "Enter on the menu button does not open it" }];
  }
  if (!await page.evaluate(`document.querySelector(":popover-open").contains(document.activeElement)`)) {
    found.push("opening it leaves focus outside");
  }
  const accessible = await checkWithAxe(page);
  found.push(...await walk(page));
  await page.evaluate(`document.querySelector(":popover-open a").focus()`);
  await page.keyboard.press("Escape");
  if (await page.evaluate(`!!document.querySelector(":popover-open")`)) {
    found.push("Escape does not close it");
  }
  if (!await button.evaluate((element) => element === document.activeElement)) {
    found.push("closing it does not give focus back to its button");
  }
  return [
    ...found.map((what) => ({ check: "menu", what })),
    ...accessible.map(({ what }) => ({ check: "menu", what })),
  ];
}
