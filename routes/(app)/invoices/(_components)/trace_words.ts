/** The steps of a trace, as the price models write them, laid out as words, sum and result. */
import type { TraceStep } from "../../../../components/ui/trace_panel.tsx";

/** "Markup: 71.05 × 2% = 1.421": words, sum and result, of which the first or the last may be missing. */
const parts = /^(?:([^:=]+): )?(.*?)(?: = ([^=]+))?$/s;

export interface LineAmount {
  /** As the trace writes it: "−12.40". */
  plain: string;
  /** With its currency: "−£12.40". */
  shown: string;
  /** "Rounded once, half up, to 2 decimals". */
  rounding: string;
}

/** One entry for each step; the one that comes to the amount says how it was rounded. */
export function traceSteps(steps: readonly string[], amount: LineAmount): TraceStep[] {
  const final = steps.findLastIndex((text) => text === amount.plain || text.endsWith(` = ${amount.plain}`));
  return steps.map((text, index) => {
    const [, words, sum, result] = parts.exec(text)!;
    if (index === final) {
      return { words: amount.rounding, sum: result === undefined ? undefined : sum, result: amount.shown };
    }
    if (result !== undefined) return words === undefined ? { words: sum, result } : { words, sum, result };
    return words === undefined ? { words: text, result: "" } : { words, result: sum };
  });
}

/** "Rounded once, half up, to 2 decimals". */
export function roundingWords(rounding: "half_up" | "half_even", decimals: number): string {
  const tie = rounding === "half_up" ? "half up" : "half to even";
  return `Rounded once, ${tie}, to ${decimals === 0 ? "a whole number" : `${decimals} decimals`}`;
}
