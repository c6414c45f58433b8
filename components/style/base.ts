/** The ground every page stands on: tokens, elements without classes, focus ring, menu, preferences, print. */
import type { Css } from "./patterns.ts";
import { colourProperties, dark, fonts, light, printed } from "./tokens.ts";

const contrast = { "--line": "var(--edge)", "--ink-2": "var(--ink)" };

/** Twind's `preflight`: rules are emitted in this order, on every page. Keep it short. */
export const base: Css = {
  ":root": {
    "color-scheme": "light dark",
    ...colourProperties(light),
    "--title": "1.75rem",
    "--figure": "2.75rem",
  },
  "@media (min-width:48rem)": { ":root": { "--title": "2.125rem", "--figure": "3.25rem" } },
  "@media (prefers-color-scheme:dark)": { ":root": colourProperties(dark) },
  "@media (prefers-contrast:more)": { ":root": contrast },

  "*,::before,::after": { "box-sizing": "border-box", border: "0 solid" },
  html: {
    font: `100%/1.5 ${fonts.sans}`,
    color: "var(--ink)",
    background: "var(--paper)",
    "accent-color": "var(--blue)",
    "-webkit-text-size-adjust": "100%",
    // A link to a field shows its label and help above it, not only the input.
    "scroll-padding-top": "13rem",
  },
  "body,h1,h2,h3,h4,p,ul,ol,dl,dd,figure,fieldset,legend": { margin: "0", padding: "0" },
  body: { "overflow-wrap": "break-word" },
  "h1,h2,h3,h4": { "line-height": "1.2", "letter-spacing": "-.012em", "text-wrap": "balance" },
  "h1,h2,h3,h4,button,input,select,textarea": { font: "inherit", color: "inherit" },
  "h1,h2,h3,h4,b": { "font-weight": "700" },
  button: { padding: "0", background: "none", cursor: "pointer" },
  "ul,ol": { "list-style": "none" },
  svg: { display: "block", flex: "none" },
  a: { color: "var(--blue)", "text-underline-offset": ".2em", "text-decoration-thickness": "1px" },
  "a:hover": { color: "var(--blue-deep)", "text-decoration-thickness": "2px" },
  "table,dl,time": { "font-variant-numeric": "tabular-nums lining-nums" },

  // 3 px yellow, then 3 px ink outside it. Nothing may clip it.
  ":focus-visible": {
    outline: "3px solid var(--focus-ink)",
    "outline-offset": "3px",
    "box-shadow": "0 0 0 3px var(--focus)",
    "border-radius": "3px",
  },

  // The menu covers the page, so nothing behind it may take focus while it is open.
  ":root:has([popover]:popover-open) body": { visibility: "hidden" },
  "[popover]:popover-open": { visibility: "visible" },

  "@media print": { ":root": { "color-scheme": "light", ...colourProperties(printed) } },
};
