/** The design tokens: every colour, size and width of the interface, once, in both colour schemes. */

/** Colours on light paper. Text pairs reach 7:1, strokes that carry meaning 3:1; `tokens_test.ts` measures them. */
export const light = {
  paper: "#ffffff",
  tint: "#f3f5f7",
  "tint-2": "#e6eaee",
  ink: "#14191f",
  "ink-2": "#3d4651",
  /** Only separates. A line that means something is `edge`. */
  line: "#d3d9df",
  edge: "#66717d",
  /** What can be pressed, where you are, and our own data. */
  blue: "#0a3a78",
  "blue-deep": "#062755",
  "blue-tint": "#e4ecf7",
  "on-blue": "#ffffff",
  sign: "#0a3a78",
  "on-sign": "#ffffff",
  good: "#0a4c2b",
  "good-tint": "#e1f2e8",
  warn: "#573800",
  "warn-tint": "#fdf0cd",
  bad: "#8a0f1f",
  "bad-tint": "#fce7e7",
  /** Yellow is the focus ring and nothing else. */
  focus: "#ffd21f",
  "focus-ink": "#14191f",
} as const;

export type ColourName = keyof typeof light;

export const dark: Record<ColourName, string> = {
  paper: "#101418",
  tint: "#181d23",
  "tint-2": "#232a32",
  ink: "#f2f4f6",
  "ink-2": "#c3cbd3",
  line: "#36404a",
  edge: "#8793a0",
  blue: "#a9c8f8",
  "blue-deep": "#cfe0fb",
  "blue-tint": "#172a44",
  "on-blue": "#08203f",
  sign: "#0d3c7a",
  "on-sign": "#ffffff",
  good: "#93dfb3",
  "good-tint": "#12301f",
  warn: "#f5d182",
  "warn-tint": "#34280b",
  bad: "#ffb4b4",
  "bad-tint": "#3d161a",
  focus: "#ffd21f",
  "focus-ink": "#000000",
};

/** On paper: black on white, whatever the screen's scheme. */
export const printed: Partial<Record<ColourName, string>> = {
  paper: "#ffffff",
  tint: "#ffffff",
  "tint-2": "#ffffff",
  ink: "#000000",
  "ink-2": "#333333",
  line: "#999999",
  edge: "#555555",
  blue: "#000000",
  "blue-tint": "#ffffff",
  good: "#000000",
  warn: "#000000",
  "warn-tint": "#ffffff",
  bad: "#000000",
  "bad-tint": "#ffffff",
};

/** The smallest side of anything that can be pressed: 44 px at the default text size. */
export const tap = "2.75rem";

/** Only system fonts: a web font would cost a request and a jump of the text. */
export const fonts = {
  sans:
    `-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", system-ui, sans-serif`,
  mono: `ui-monospace, "SF Mono", "Cascadia Mono", "Liberation Mono", monospace`,
};

/** Names of the colours as CSS custom properties, for a `:root` rule. */
export function colourProperties(colours: Partial<Record<ColourName, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(colours).map(([name, value]) => [`--${name}`, value]));
}
