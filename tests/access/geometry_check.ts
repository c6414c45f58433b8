/** What only a laid-out page shows: size of targets, reflow at 320 px, length of lines, text at 200 %, wider spacing. */
import type { CDPSession, Page } from "playwright-core";
import { type Finding, pageFunctions } from "./finding.ts";

/** WCAG 2.5.5: 44 × 44 CSS px; a link inside a sentence is exempt, a check box counts with its label. */
export async function checkTargets(page: Page): Promise<Finding[]> {
  const small = await page.evaluate(`(() => {
    ${pageFunctions}
    const isInSentence = (link) => {
      if (link.tagName !== "A" || getComputedStyle(link).display !== "inline") return false;
      const around = (link.parentElement.textContent || "").replace(link.textContent, "").replace(/[^\\p{L}]/gu, "");
      return around.length > 0;
    };
    const area = (element) => {
      const label = element.type === "checkbox" || element.type === "radio" ? element.closest("label") : null;
      return (label || element).getBoundingClientRect();
    };
    return [...document.querySelectorAll("a[href],button,input:not([type=hidden]),select,textarea,summary,[tabindex='0']")]
      .filter(isShown)
      .filter((element) => !isInSentence(element))
      .map((element) => ({ element, rect: area(element) }))
      .filter(({ rect }) => rect.width < 43.5 || rect.height < 43.5)
      .map(({ element, rect }) => describe(element) + " is " + Math.round(rect.width) + " × " + Math.round(rect.height) + " px");
  })()`) as string[];
  return small.map((what) => ({ check: "target 44 px", what }));
}

/** What sticks out of the window, and what is cut off inside a box. */
async function overflow(page: Page, check: string): Promise<Finding[]> {
  const found = await page.evaluate(`(() => {
    ${pageFunctions}
    const wide = document.documentElement.clientWidth;
    const found = [];
    if (document.documentElement.scrollWidth > wide) {
      const culprits = [...document.body.querySelectorAll("*")]
        .filter((element) => isShown(element) && element.getBoundingClientRect().right > wide + 0.5);
      const innermost = culprits.filter((element) => !culprits.some((other) => other !== element && element.contains(other)));
      found.push("the page scrolls sideways: " + document.documentElement.scrollWidth + " px in " + wide + " px, because of " +
        innermost.slice(0, 5).map(describe).join(", "));
    }
    for (const element of document.body.querySelectorAll("*")) {
      const style = getComputedStyle(element);
      const clips = /hidden|clip/.test(style.overflowX + style.overflowY);
      // A field scrolls what is typed in it, though its style says that it clips.
      const isField = element.tagName === "INPUT" || element.tagName === "PROGRESS";
      if (!clips || !isShown(element) || isField || element instanceof SVGElement) continue;
      if (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1) {
        found.push("text is cut off in " + describe(element));
      }
    }
    return found;
  })()`) as string[];
  return found.map((what) => ({ check, what }));
}

/** WCAG 1.4.10 at 320 px, whatever the window was before; it is put back. */
export async function checkReflow(page: Page): Promise<Finding[]> {
  const before = page.viewportSize()!;
  await page.setViewportSize({ width: 320, height: before.height });
  try {
    return await overflow(page, "reflow at 320 px");
  } finally {
    await page.setViewportSize(before);
  }
}

/** WCAG 1.4.4 and 1.4.8: the reader's own text size doubled, no sideways scrolling, nothing cut off. */
export async function checkLargeText(page: Page, session: CDPSession): Promise<Finding[]> {
  const before = page.viewportSize()!;
  await session.send("Page.setFontSizes", { fontSizes: { standard: 32, fixed: 26 } });
  try {
    await page.setViewportSize({ width: 1280, height: before.height });
    return await overflow(page, "text at 200 %");
  } finally {
    await session.send("Page.setFontSizes", { fontSizes: { standard: 16, fixed: 13 } });
    await page.setViewportSize(before);
  }
}

/** WCAG 1.4.12: the reader's own spacing; a constructed sheet, because the page's policy stays in force. */
export async function checkSpacing(page: Page): Promise<Finding[]> {
  await page.evaluate(`(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-bottom:2em!important}");
    document.adoptedStyleSheets = [sheet];
  })()`);
  try {
    return await overflow(page, "wider text spacing");
  } finally {
    await page.evaluate(`document.adoptedStyleSheets = []`);
  }
}

/** WCAG 1.4.8: no line of prose over 80 characters. */
export async function checkLineLength(page: Page): Promise<Finding[]> {
  const long = await page.evaluate(`(() => {
    ${pageFunctions}
    const prose = [...document.querySelectorAll("p,li,dd,figcaption,blockquote")]
      .filter((element) => isShown(element) && (element.textContent || "").length > 80 && !element.querySelector("p,li,dd,table"));
    const long = [];
    for (const element of prose) {
      const lines = new Map();
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (!isShown(node.parentElement)) continue;
        for (const word of node.data.matchAll(/\\S+\\s*/g)) {
          const range = document.createRange();
          range.setStart(node, word.index);
          range.setEnd(node, word.index + word[0].trimEnd().length);
          // a word that breaks at its hyphen is on two lines
          const parts = [...range.getClientRects()];
          const whole = parts.reduce((sum, { width }) => sum + width, 0);
          for (const { bottom, width } of parts) {
            const line = Math.round(bottom / 4);
            lines.set(line, (lines.get(line) || 0) + Math.round(word[0].length * width / whole));
          }
        }
      }
      const longest = Math.max(...lines.values());
      if (longest > 81) long.push(describe(element) + " has a line of " + longest + " characters");
    }
    return long;
  })()`) as string[];
  return long.map((what) => ({ check: "line length 80", what }));
}
