/** A plan whose invoices have ten lines for four vehicles, and a year and more of what these drove. */
import type { RatePlanInput } from "../../lib/plans/commands.ts";
import { header, year } from "./fleet.ts";

export const vehiclesEach = 4;
export const linesEach = 10;

const taxed = { taxCategory: "S", taxPercent: "20", proration: "day" } as const;
const meter = (event: string, field: string) => ({ event, aggregate: "sum", field });

/** Four vehicles make four lines of lease and four of distance; fuel and tolls are one line each. */
export const charges: RatePlanInput["charges"] = [
  {
    ...taxed,
    reference: "lease",
    name: "Lease",
    kind: "recurring",
    per: "vehicle",
    meter: null,
    price: { model: "flat", amount: "412.00" },
  },
  {
    ...taxed,
    reference: "distance",
    name: "Distance",
    kind: "usage",
    per: "vehicle",
    meter: meter("trip", "km"),
    price: { model: "graduated", tiers: [{ upTo: "200", unit: "0.15" }, { upTo: null, unit: "0.11" }] },
  },
  {
    ...taxed,
    reference: "fuel",
    name: "Fuel cards, cost plus 2%",
    kind: "usage",
    per: "contract",
    meter: meter("fuel", "cost"),
    price: { model: "pass_through", field: "cost", markupPercent: "2" },
  },
  {
    ...taxed,
    reference: "tolls",
    name: "Road tolls, passed on at cost",
    kind: "usage",
    per: "contract",
    meter: meter("toll", "cost"),
    price: { model: "pass_through", field: "cost" },
    taxCategory: "E",
    taxPercent: "0",
  },
];

/** Twelve rows of each vehicle a month: ten trips, one tank and one toll. Month 13 is the next year's first. */
export function* usageLines(vehicles: readonly string[], months: number): Generator<string> {
  yield header;
  for (let month = 1; month <= months; month++) {
    for (const vehicle of vehicles) {
      const date = (day: number) => new Date(Date.UTC(year, month - 1, day, 9)).toISOString();
      for (let day = 2; day <= 20; day += 2) {
        yield `${vehicle}-${month}-t${day},trip,${vehicle},${date(day)},${day * 3}.5,,business`;
      }
      yield `${vehicle}-${month}-f,fuel,${vehicle},${date(11)},,6${month % 10}.20,`;
      yield `${vehicle}-${month}-o,toll,${vehicle},${date(12)},,4.${month % 10}0,`;
    }
  }
}
