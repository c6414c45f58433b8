/** Price cases from text to result, beside JSON.parse of the same text: what no reader of a price case can beat. */
import { price } from "../lib/pricing/price.ts";
import { parsePriceCase } from "../lib/pricing/price_case.ts";
import { type BenchOutcome, median, ratePerSecond, rounded, say, type Size } from "./support/outcome.ts";

const sizes: Record<Size, { repeats: number; leastMs: number; events: number }> = {
  tiny: { repeats: 1, leastMs: 20, events: 20 },
  usual: { repeats: 5, leastMs: 1_000, events: 1_000 },
  long: { repeats: 15, leastMs: 2_000, events: 1_000 },
};

const common = {
  currency: "GBP",
  zone: "Europe/London",
  period: { start: "2024-01-01", end: "2024-02-01" },
  vehicles: [{ id: "v1", from: "2024-01-10", to: null }],
  tax: { inclusive: false, rates: [{ category: "S", percent: "20" }] },
};

const flatCase = {
  ...common,
  charges: [{
    id: "lease",
    kind: "recurring",
    per: "vehicle",
    proration: "day",
    price: { model: "flat", amount: "450.00" },
    taxCategory: "S",
  }],
};

function graduatedCase(events: number) {
  return {
    ...common,
    charges: [{
      id: "km",
      kind: "usage",
      per: "contract",
      meter: { event: "trip", aggregate: "sum", field: "km", where: { purpose: "business" } },
      price: {
        model: "graduated",
        tiers: [{ upTo: "1000", unit: "0.15" }, { upTo: "5000", unit: "0.11" }, { upTo: null, unit: "0.09" }],
      },
      taxCategory: "S",
    }],
    usage: Array.from({ length: events }, (_, number) => ({
      id: `e${number}`,
      event: "trip",
      vehicle: "v1",
      at: new Date(Date.UTC(2024, 0, 10, 8) + number * 1_200_000).toISOString(),
      km: `${2 + number % 90}.${number % 10}`,
      purpose: number % 10 === 0 ? "private" : "business",
    })),
  };
}

// deno-lint-ignore require-await -- every benchmark answers in time
export async function run(size: Size): Promise<BenchOutcome> {
  const { repeats, leastMs, events } = sizes[size];
  const figures: Record<string, number> = {}, ratios: Record<string, number> = {};
  const cases = { flat: flatCase, [`graduated_${events}_events`]: graduatedCase(events) };
  for (const [name, priceCase] of Object.entries(cases)) {
    const text = JSON.stringify(priceCase);
    const priced: number[] = [], parsed: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      priced.push(ratePerSecond(leastMs, () => price(parsePriceCase(JSON.parse(text)))));
      parsed.push(ratePerSecond(leastMs, () => JSON.parse(text)));
    }
    figures[`${name}_cases_per_second`] = rounded(median(priced));
    figures[`${name}_worst_cases_per_second`] = rounded(Math.min(...priced));
    figures[`${name}_json_parse_per_second`] = rounded(median(parsed));
    ratios[`${name}_of_json_parse`] = rounded(median(priced) / median(parsed));
    say(`${name}: ${Math.round(median(priced))} cases/s, JSON.parse ${Math.round(median(parsed))}/s`);
  }
  return { figures, ratios };
}
