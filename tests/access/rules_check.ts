/** Three rule sets on one page: axe with every rule on, HTML_CodeSniffer's WCAG2AAA, and html-validate on the raw HTML. */
import axe from "axe-core";
import { HtmlValidate } from "html-validate";
import type { Page } from "playwright-core";
import type { Finding } from "./finding.ts";

/** A result that axe cannot decide by itself, looked at by a person. */
export interface Accepted {
  rule: string;
  /** Part of the element's HTML or selector. */
  where: string;
  /** Why it holds, in a sentence. */
  reason: string;
}

interface AxeOutcome {
  id: string;
  help: string;
  nodes: {
    target: string[];
    html: string;
    any: { message: string }[];
    all: { message: string }[];
    none: { message: string }[];
  }[];
}

/** Every rule that axe has, those that are off by default too. Runs as an expression, so the page's policy stays in force. */
export async function checkWithAxe(page: Page, accepted: Accepted[] = []): Promise<Finding[]> {
  await page.evaluate(axe.source);
  const { violations, incomplete } = await page.evaluate(`(async () => {
    const rules = axe.getRules().map((rule) => rule.ruleId);
    const { violations, incomplete } = await axe.run(document, {
      runOnly: { type: "rule", values: rules },
      rules: Object.fromEntries(rules.map((id) => [id, { enabled: true }])),
      resultTypes: ["violations", "incomplete"],
    });
    return { violations, incomplete };
  })()`) as { violations: AxeOutcome[]; incomplete: AxeOutcome[] };
  return [
    ...violations.flatMap((outcome) => describeOutcome("axe", outcome)),
    ...incomplete.flatMap((outcome) =>
      describeOutcome("axe, undecided", outcome, [...acceptedEverywhere, ...accepted])
    ),
  ];
}

function describeOutcome(check: string, outcome: AxeOutcome, accepted: Accepted[] = []): Finding[] {
  return outcome.nodes
    .filter(({ target, html }) =>
      !accepted.some(({ rule, where }) =>
        rule === outcome.id && (html.includes(where) || target.join(" ").includes(where))
      )
    )
    .map(({ target, html, any, all, none }) => {
      const why = [...any, ...all, ...none].map(({ message }) => message).join("; ");
      return {
        check,
        what: `${outcome.id}: ${outcome.help}. ${why} At ${target.join(" ")} ${html.slice(0, 120)}`,
      };
    });
}

/** What axe leaves to a person on every page, looked at once. */
const acceptedEverywhere: Accepted[] = [
  {
    rule: "hidden-content",
    where: "",
    reason:
      "Other widths show what one hides, and each is visited; the menu is opened and checked by itself.",
  },
  {
    rule: "color-contrast",
    where: "<text ",
    reason: "Text of a chart stands on the page's own ground; tokens_test.ts measures those pairs.",
  },
  {
    rule: "color-contrast-enhanced",
    where: "<text ",
    reason: "Text of a chart stands on the page's own ground; tokens_test.ts measures those pairs.",
  },
];

/** What HTML_CodeSniffer 2.5.1 reports wrongly. */
const sniffedWrongly = [
  // Asks for `headers` on every cell (H43) of a table with row and column headers; `scope` (H63) says the same.
  "WCAG2AAA.Principle1.Guideline1_3.1_3_1.H43.HeadersRequired",
];

/** Stumbles over autocomplete="username" on an e-mail field, which HTML allows; axe's autocomplete-valid checks 1.3.5. */
const brokenSniff = "Principle1.Guideline1_3.1_3_5";

const snifferSource = Deno.readTextFileSync(new URL(import.meta.resolve("html_codesniffer/build/HTMLCS.js")));

/** Errors only: its warnings and notices ask a person to look, which `docs/accessibility.md` records. */
export async function checkWithCodeSniffer(page: Page): Promise<Finding[]> {
  await page.evaluate(snifferSource);
  const errors = await page.evaluate(`new Promise((resolve, reject) => {
    HTMLCS_WCAG2AAA.sniffs = HTMLCS_WCAG2AAA.sniffs.filter((sniff) => sniff !== "${brokenSniff}");
    HTMLCS.process("WCAG2AAA", document, () => resolve(HTMLCS.getMessages()
      .filter(({ type }) => type === HTMLCS.ERROR)
      .map(({ code, msg, element }) => ({ code, message: msg, html: (element.outerHTML || "").slice(0, 120) }))),
      () => reject(new Error("HTML_CodeSniffer could not read the page")));
  })`) as { code: string; message: string; html: string }[];
  return errors
    .filter(({ code }) => !sniffedWrongly.includes(code))
    .map(({ code, message, html }) => ({ check: "WCAG2AAA", what: `${code}: ${message} At ${html}` }));
}

const validator = new HtmlValidate({
  extends: ["html-validate:standard", "html-validate:a11y", "html-validate:document"],
  rules: {
    // Written by the renderer, and both forms are HTML.
    "void-style": "off",
    "attribute-boolean-style": "off",
    "attribute-empty-style": "off",
    "doctype-style": "off",
    "no-trailing-whitespace": "off",
    // Explicit roles survive the change of `display` when a table stacks or a list loses its markers.
    "no-redundant-role": "off",
    "prefer-native-element": ["error", { exclude: ["table", "list"] }],
    // "Page – Section – Business – Milepost" may pass 70 characters.
    "long-title": "off",
    // The error summary takes focus, and so does the first button of the menu, which is not shown until it is opened.
    "no-autofocus": "off",
    // One style sheet in the page, allowed by its hash.
    "no-style-tag": "off",
    // A script of our own origin is as safe as the page that names it.
    "require-sri": ["error", { target: "crossorigin" }],
  },
});

export async function checkMarkup(html: string): Promise<Finding[]> {
  const { results } = await validator.validateString(html);
  return results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, selector }) => ({
      check: "html",
      what: `${ruleId}: ${message} At ${selector}`,
    }))
  );
}
