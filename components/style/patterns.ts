/**
 * Named styles for what a list of utilities cannot say or would say on every cell: tables that stack, a numbered
 * working, a road of events. A page gets a pattern's rules only if it uses the name. Rules keep the order written
 * here, and a utility on the same element wins over a pattern.
 */
import { tap } from "./tokens.ts";

// Paper of A4 is narrower than 768 px, and tables must not stack on it.
const narrow = "@media screen and (max-width:47.99rem)";
const phone = "@media screen and (max-width:29.99rem)";

/** Keeps a table head for screen readers when the rows have become blocks. */
const visuallyHidden = {
  position: "absolute",
  width: "1px",
  height: "1px",
  overflow: "hidden",
  "clip-path": "inset(50%)",
  "white-space": "nowrap",
};

const cellLabel = { color: "var(--ink-2)", "font-weight": "400", "font-size": ".875rem" };

export type Css = { [property: string]: string | Css };

/** Open sides, hairlines, small heads. Parts: `end` (figures), `sum`, `grand`, `opened` (its working follows), `working`. */
const ledger: Css = {
  "border-collapse": "collapse",
  width: "100%",
  "& caption": { "text-align": "start", "font-size": ".875rem", color: "var(--ink-2)", padding: ".5rem 0" },
  "& th,& td": {
    "text-align": "start",
    "vertical-align": "baseline",
    padding: ".5rem .75rem",
    "border-bottom": "1px solid var(--line)",
  },
  "& th": { "font-weight": "600" },
  "& :is(th,td):first-child": { "padding-left": "0" },
  "& :is(th,td):last-child": { "padding-right": "0" },
  "& thead th": {
    "font-size": ".875rem",
    "line-height": "1.3",
    color: "var(--ink-2)",
    "vertical-align": "bottom",
    "border-color": "var(--edge)",
  },
  "& .end": { "text-align": "end", "white-space": "nowrap" },
  // A target of 44 px must not make the row taller than its text asks for.
  // Words on several lines must not reach into what stands below.
  "& .tap": { margin: "-.5rem", padding: ".625rem .5rem" },
  "& .sum>*": {
    "font-weight": "700",
    "border-top": "1px solid var(--ink)",
    "border-bottom": "1px solid var(--ink)",
  },
  "& .grand>*": {
    "font-weight": "700",
    "border-top": "1px solid var(--ink)",
    "border-bottom": "3px double var(--ink)",
  },
  "& .opened>*": { "border-bottom": "0" },
  "& .working>td": { padding: "0" },
  "@media print": {
    "& thead": { display: "table-header-group" },
    // A footer group would repeat the totals on every sheet.
    "& tfoot": { display: "table-row-group", "break-inside": "avoid" },
    "& tr": { "break-inside": "avoid" },
    "& .working": { "break-inside": "auto" },
  },
};

const tight: Css = {
  "& th,& td": { "padding-top": ".1875rem", "padding-bottom": ".1875rem" },
  [phone]: {
    "&": { "font-size": ".875rem" },
    "& :is(th,td)+:is(th,td)": { "padding-left": ".25rem" },
    "& :is(th,td)": { "padding-right": ".25rem" },
  },
};

/** Under 768 px each row becomes a block, each cell a line that begins with its column's name. */
const stacked: Css = {
  [narrow]: {
    "& thead": visuallyHidden,
    "&,& caption,& tbody,& tfoot": { display: "block" },
    "& tr": { display: "block", padding: ".75rem 0", "border-bottom": "1px solid var(--line)" },
    "& :is(th,td):is(th,td)": {
      display: "flex",
      "flex-wrap": "wrap",
      "justify-content": "space-between",
      gap: "0 1rem",
      padding: ".125rem 0",
      border: "0",
      "white-space": "normal",
      "text-align": "start",
    },
    "& [data-label]::before": { content: "attr(data-label)", "align-self": "center", ...cellLabel },
    "& .sum>*,& .grand>*": { border: "0" },
    "& .sum,& .grand": { "border-top": "1px solid var(--ink)" },
    "& .grand": { "border-bottom": "3px double var(--ink)" },
    "& .opened": { "border-bottom": "0" },
    "& .working": { padding: "0" },
    "& .working>td": { display: "block" },
    "& .total": { display: "flex", "justify-content": "space-between", gap: "0 1rem" },
  },
};

/** Stacked, but two cells to a line: for short figures. */
const paired: Css = {
  [narrow]: {
    "& tr": { display: "grid", "grid-template-columns": "1fr 1fr", gap: "0 1rem" },
    "& th": { "grid-column": "1/-1" },
  },
};

/** Rows of 46 px that hold a link; under 768 px a record of two columns: name and amount, party, state and date. */
const record: Css = {
  "& tbody :is(th,td)": {
    height: "2.875rem",
    "padding-top": "0",
    "padding-bottom": "0",
    "vertical-align": "middle",
  },
  "& .tap": { "margin-top": "0", "margin-bottom": "0" },
  "& time": { "white-space": "nowrap" },
  "@media (max-width:63.99rem)": {
    "& :is(th,td)+:is(th,td)": { "padding-left": ".25rem" },
    "& :is(th,td)": { "padding-right": ".25rem" },
  },
  // Only figures and dates must stay on one line.
  "& thead .end,& .badge": { "white-space": "normal" },
  // Of many columns the first keeps its number whole while there is room: a share gives way, a width would not.
  "@media (min-width:48rem) and (max-width:63.99rem)": {
    "& :is(th,td):first-child:nth-last-child(n+7)": { width: "20%" },
  },
  [narrow]: {
    "& thead": visuallyHidden,
    "&,& caption,& tbody": { display: "block" },
    "& tr": {
      display: "grid",
      "grid-template": `"name amount" "about about" "state date"/minmax(0,1fr) auto`,
      "column-gap": ".5rem",
      "border-bottom": "1px solid var(--line)",
      padding: ".5rem 0",
    },
    "& tbody :is(th,td)": { display: "block", height: "auto", border: "0", padding: "0" },
    "& .at-name": { "grid-area": "name" },
    "& .at-about": { "grid-area": "about" },
    "& .at-state": { "grid-area": "state", "align-self": "center" },
    "& .at-date": { "grid-area": "date", "text-align": "end", "align-self": "center" },
    "& .at-amount": { "grid-area": "amount", "align-self": "center", "font-weight": "700" },
    "& tbody .at-none": { display: "none" },
    "& [data-label]::before": { content: `attr(data-label) " "`, ...cellLabel },
  },
};

/** A timeline drawn as a road: `stone` is a milestone, `dot` an event, `next` what has not happened yet. */
const road: Css = {
  "& li": { position: "relative", padding: "0 0 1.5rem 2.25rem" },
  "& li::before": {
    content: `""`,
    position: "absolute",
    top: "1.25rem",
    bottom: "-.25rem",
    left: ".6875rem",
    "border-left": "2px solid var(--edge)",
  },
  "& li:last-child::before": { display: "none" },
  "& svg": {
    position: "absolute",
    left: "0",
    top: "0",
    width: "1.5rem",
    height: "1.5rem",
    fill: "var(--paper)",
    stroke: "var(--ink)",
    "stroke-width": "2",
    "stroke-linejoin": "round",
  },
  "& .dot": { stroke: "var(--edge)" },
  "& .next": { stroke: "var(--edge)", "stroke-dasharray": "3 2.5" },
};

/** The numbered steps of an amount: words, sum, result. */
const steps: Css = {
  "counter-reset": "step",
  "& li": {
    "counter-increment": "step",
    display: "grid",
    "grid-template-columns": "1.5rem minmax(0,1fr)",
    gap: "0 .5rem",
    padding: ".75rem 0",
    "border-top": "1px solid var(--line)",
  },
  "& li::before": { content: "counter(step)", "font-weight": "700", color: "var(--blue)" },
  "& li>:last-child": { "grid-column": "2", "font-weight": "700" },
  "@media (min-width:40rem)": {
    "& li": { "grid-template-columns": "1.5rem minmax(0,1fr) auto" },
    "& li>:last-child": { "grid-column": "3", "text-align": "end" },
  },
};

/** Text never scales, only shapes do. Lengths are `em`, so that larger text keeps its place. */
const chart: Css = {
  width: "100%",
  height: "5.75em",
  overflow: "visible",
  "font-size": ".875rem",
  "font-variant-numeric": "tabular-nums",
  "& text": { fill: "var(--ink)", "font-weight": "600" },
  "& .unit": { fill: "var(--ink-2)", "font-weight": "400" },
  "& .ours": { fill: "var(--blue)", stroke: "var(--blue)", "stroke-width": "1.5" },
  "& .over": { stroke: "var(--bad)", "stroke-width": "1.5" },
  "& .edge": { stroke: "var(--edge)", "stroke-width": "2" },
  "& .hatch": { stroke: "var(--bad)", "stroke-width": "2" },
};

const meterBar: Css = { background: "var(--blue)" };

/** A native `progress`, drawn the same in every browser. */
const meter: Css = {
  appearance: "none",
  display: "block",
  width: "100%",
  height: "1rem",
  border: "1.5px solid var(--blue)",
  "border-radius": "3px",
  background: "var(--paper)",
  color: "var(--blue)",
  overflow: "hidden",
  "&::-webkit-progress-bar": { background: "var(--paper)" },
  "&::-webkit-progress-value": meterBar,
  "&::-moz-progress-bar": meterBar,
};

/** What opens in the flow: the sign before the words says whether it is open. */
const disclosure: Css = {
  "list-style": "none",
  cursor: "pointer",
  "&::-webkit-details-marker": { display: "none" },
  "&::before": { content: `"+"`, font: `700 1.25rem/1 monospace`, width: "1em", "text-align": "center" },
  "[open]>&::before": { content: `"−"` },
};

/** The paper invoice: black on white, address in the window of the envelope, head repeated, totals in one piece. */
const paper: Css = {
  "& .letter": {
    display: "flex",
    "flex-wrap": "wrap-reverse",
    "justify-content": "space-between",
    gap: "1.5rem 3rem",
  },
  "@media screen": { "&": { padding: "2rem 1rem 3rem", "max-width": "50rem", margin: "0 auto" } },
  "@media print": {
    "&": { "font-size": "10pt", "line-height": "1.4", "--title": "18pt", "--figure": "20pt" },
    "& h2": { "font-size": "13pt", padding: "0" },
    "& .letter": { display: "block", position: "relative", height: "66mm" },
    "& .seller": { position: "absolute", top: "0", right: "0", "text-align": "end" },
    // With the margin of the sheet: 47 mm from the top and 20 mm from the left of the paper.
    "& .buyer": { position: "absolute", top: "31mm", left: "0", width: "85mm", "font-size": "11pt" },
    "& tr,& li,& dl,& .tight": { "break-inside": "avoid" },
    "& h2,& h3": { "break-after": "avoid" },
    "& th,& td": { "padding-top": "1.2mm", "padding-bottom": "1.2mm" },
    "& .tight :is(th,td)": { "padding-top": ".6mm", "padding-bottom": ".6mm" },
    "& li": { padding: "1mm 0" },
    "& a": { color: "inherit", "text-decoration": "none", "min-height": "0" },
    // Twind gives `print:` no precedence over a plain utility, so these two say it with force.
    "& section": { "margin-top": "6mm!important" },
    "& dl": { "grid-template-columns": "repeat(5,auto)!important", padding: "2mm 0!important" },
  },
};

export const patterns: Record<string, Css> = {
  icon: {
    width: "1.125em",
    height: "1.125em",
    fill: "none",
    stroke: "currentColor",
    "stroke-width": "1.6",
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
  },
  // The target is 8 px wider than its words on both sides, and still begins where the text beside it begins.
  tap: {
    display: "inline-flex",
    "align-items": "center",
    gap: ".5rem",
    "min-height": tap,
    "min-width": tap,
    padding: "0 .5rem",
    margin: "0 -.5rem",
  },
  badge: {
    display: "inline-block",
    "font-size": ".875rem",
    "font-weight": "600",
    "line-height": "1.3",
    "@media (min-width:20.01rem)": { "white-space": "nowrap" },
    "& .icon": { display: "inline-block", "vertical-align": "-.22em", "margin-right": ".45em" },
  },
  "screen-only": { "@media print": { display: "none!important" } },
  crumbs: { "& li+li::before": { content: `"/"`, "margin-right": ".5rem" } },
  ledger,
  tight,
  stacked,
  paired,
  record,
  road,
  steps,
  chart,
  meter,
  disclosure,
  paper,
};
