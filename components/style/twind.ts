/** The one place that knows Twind: class names go in, their style sheet comes out. */
import { type CSSBase, type CSSObject, twind, virtual } from "@twind/core";
import presetAutoprefix from "@twind/preset-autoprefix";
import presetTailwind from "@twind/preset-tailwind";
import { base } from "./base.ts";
import { patterns } from "./patterns.ts";
import { theme } from "./theme.ts";

const tw = twind({
  presets: [presetAutoprefix(), presetTailwind({ disablePreflight: true })],
  preflight: base as CSSBase,
  theme,
  // Names in the page are the names in the source; hashed ones would hide which class is missing.
  hash: false,
  variants: [["current", "&[aria-current]"]],
  rules: [
    // Twind's own composes five custom properties on every element of the page.
    ["tabular-nums", { "font-variant-numeric": "tabular-nums lining-nums" }],
    ...Object.entries(patterns).map(([name, css]) =>
      // The base layer keeps the written order, and any utility on the same element wins over it.
      [name, { "@layer base": css as CSSObject }] as [string, CSSObject]
    ),
  ],
}, virtual(true));

const patternOrder = new Map(Object.keys(patterns).map((name, index) => [name, index]));

/**
 * The minified CSS for these class names, the base included. Order does not matter: patterns are
 * emitted in the order in which `patterns.ts` lists them, utilities by Twind's own precedence.
 */
export function cssOf(classNames: Iterable<string>): string {
  const rank = (name: string) => patternOrder.get(name) ?? patternOrder.size;
  const sorted = [...classNames].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  tw.clear();
  tw("");
  for (const name of sorted) tw(name);
  return minify(tw.target.join(""));
}

/** Strips Twind's `/*!…*\/` markers and joins neighbouring blocks of one media query. */
export function minify(css: string): string {
  return css
    .replace(/\/\*!.*?\*\//g, "")
    .replace(/\b0px\b/g, "0")
    .replace(
      /(^|})(@media[^{]+)\{((?:[^{}]+\{[^{}]*\})+)\}(?:\2\{((?:[^{}]+\{[^{}]*\})+)\})+/g,
      (block, before, query) =>
        before + query + "{" +
        block.slice(before.length).split(query + "{").slice(1).map((part) => part.slice(0, -1)).join("") +
        "}",
    );
}
