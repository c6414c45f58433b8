/** Measures every pair of colours that may meet: text at 7:1, strokes that carry meaning at 3:1, in both schemes. */
import assert from "node:assert/strict";
import { type ColourName, dark, light, printed } from "./tokens.ts";

/** Relative luminance and contrast by WCAG 2.2, "relative luminance" and "contrast ratio". */
function luminance(hex: string): number {
  const channels = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
  const [red, green, blue] = channels.map((value) =>
    value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [darker, lighter] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (lighter + 0.05) / (darker + 0.05);
}

const textPairs: [ColourName, ColourName][] = [
  ["ink", "paper"],
  ["ink", "tint"],
  ["ink", "tint-2"],
  ["ink", "blue-tint"],
  ["ink", "good-tint"],
  ["ink", "warn-tint"],
  ["ink-2", "paper"],
  ["ink-2", "tint"],
  ["ink-2", "tint-2"],
  ["ink-2", "blue-tint"],
  ["blue", "paper"],
  ["blue", "tint"],
  ["blue", "blue-tint"],
  ["blue-deep", "blue-tint"],
  ["on-blue", "blue"],
  ["on-blue", "blue-deep"],
  ["on-sign", "sign"],
  ["good", "paper"],
  ["good", "good-tint"],
  ["warn", "paper"],
  ["warn", "warn-tint"],
  ["bad", "paper"],
  ["bad", "bad-tint"],
];

const strokePairs: [ColourName, ColourName][] = [
  ["edge", "paper"],
  ["edge", "tint"],
  ["edge", "tint-2"],
  ["blue", "paper"],
  ["bad", "tint"],
  ["focus", "focus-ink"],
];

for (const [scheme, colours] of Object.entries({ light, dark, print: { ...light, ...printed } })) {
  Deno.test(`colours of the ${scheme} scheme: text reaches 7:1, strokes with a meaning 3:1`, () => {
    const tooWeak = [
      ...textPairs.filter(([text, ground]) => contrast(colours[text], colours[ground]) < 7),
      ...strokePairs.filter(([stroke, ground]) => contrast(colours[stroke], colours[ground]) < 3),
    ];
    assert.deepEqual(tooWeak, []);
  });
}

Deno.test("the focus ring is seen on every ground: yellow on dark, ink on light", () => {
  for (const colours of [light, dark]) {
    for (const ground of ["paper", "tint", "tint-2", "blue-tint", "sign"] as ColourName[]) {
      const best = Math.max(
        contrast(colours.focus, colours[ground]),
        contrast(colours["focus-ink"], colours[ground]),
      );
      assert.ok(best >= 3, `${ground}: ${best}`);
    }
  }
});
