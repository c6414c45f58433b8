/** The Tailwind theme over our tokens: only what the look allows has a class, so a stray `mt-7` has no rule. */
import { fonts, light, tap } from "./tokens.ts";

/** 4 8 12 16 24 32 48 64 px. */
const space = {
  0: "0",
  px: "1px",
  1: ".25rem",
  2: ".5rem",
  3: ".75rem",
  4: "1rem",
  6: "1.5rem",
  8: "2rem",
  12: "3rem",
  16: "4rem",
};

const widths = {
  0: "0",
  auto: "auto",
  full: "100%",
  none: "none",
  tap,
  /** Prose: about 62 characters, never over 80. */
  prose: "58ch",
  /** A field that holds one line of text. */
  field: "34rem",
  /** A field that holds a date, an amount or a code. */
  short: "12rem",
  /** One column of a sign-in or error page. */
  column: "32rem",
  page: "76rem",
};

export const theme = {
  screens: { xs: "30rem", sm: "40rem", md: "48rem", lg: "64rem", xl: "72rem" },
  colors: {
    transparent: "transparent",
    current: "currentColor",
    inherit: "inherit",
    ...Object.fromEntries(Object.keys(light).map((name) => [name, `var(--${name})`])),
  },
  spacing: space,
  gap: space,
  padding: space,
  margin: { ...space, auto: "auto" },
  width: { ...space, ...widths },
  minWidth: widths,
  maxWidth: widths,
  height: { ...space, tap, full: "100%", auto: "auto", none: "none" },
  minHeight: { 0: "0", tap, full: "100%" },
  fontFamily: fonts,
  fontSize: {
    label: ".875rem",
    base: "1rem",
    /** h3, lead. */
    lead: "1.1875rem",
    /** h2. */
    section: "1.375rem",
    /** h1: 28 px, 34 px from 768 px. */
    title: "var(--title)",
    tile: "2rem",
    /** The one figure of a page: 44 px, 52 px from 768 px. */
    figure: "var(--figure)",
    display: "4rem",
  },
  fontWeight: { normal: "400", semibold: "600", bold: "700" },
  lineHeight: { none: "1", tight: "1.1", heading: "1.2", snug: "1.3", normal: "1.5" },
  letterSpacing: { heading: "-.012em", title: "-.022em", figure: "-.035em", normal: "0" },
  borderWidth: { DEFAULT: "1px", 0: "0", control: "1.5px", 2: "2px", 3: "3px", 4: "4px", 8: "8px" },
  borderRadius: { none: "0", DEFAULT: "3px", lg: "6px", plate: "8px", sign: "12px", door: "20px" },
};
