/** Time-of-use prices: wall-clock bands, also past midnight and past Sunday. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkProperty } from "../../../tests/support/property.ts";
import { decimal, show } from "../../../tests/support/prices.ts";
import {
  type Band,
  bandAt,
  priceTimeOfUse,
  type TimeOfUsePrice,
  type Weekday,
  WEEKDAYS,
} from "./time_of_use.ts";

const minutes = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
const band = (name: string, days: Weekday[], from: string, to: string, unit = "1"): Band => {
  return { name, days, fromMinute: minutes(from), toMinute: minutes(to), unit: decimal(unit) };
};
const at = (bands: Band[], weekday: number, time: string, seconds = 0) =>
  bandAt(bands, weekday, minutes(time) * 60 + seconds)?.name ?? null;

Deno.test("from is included and to is not", () => {
  const peak = [band("peak", ["mon"], "07:00", "09:00")];
  assert.equal(at(peak, 1, "06:59", 59), null);
  assert.equal(at(peak, 1, "07:00"), "peak");
  assert.equal(at(peak, 1, "08:59", 59), "peak");
  assert.equal(at(peak, 1, "09:00"), null);
  assert.equal(at(peak, 2, "08:00"), null);
});

Deno.test("a band that passes midnight belongs to the day it starts on, and Sunday's ends on Monday", () => {
  const night = [band("night", ["fri", "sun"], "22:00", "06:00")];
  assert.equal(at(night, 5, "23:00"), "night");
  assert.equal(at(night, 6, "05:59"), "night");
  assert.equal(at(night, 6, "06:00"), null);
  assert.equal(at(night, 5, "05:00"), null);
  assert.equal(at(night, 6, "23:00"), null);
  assert.equal(at(night, 1, "00:00"), "night");
});

Deno.test("a whole day is 00:00 to 24:00, and a band may end at midnight", () => {
  const weekend = [
    band("weekend", ["sat", "sun"], "00:00", "24:00"),
    band("late", ["mon"], "22:00", "00:00"),
  ];
  assert.equal(at(weekend, 6, "00:00"), "weekend");
  assert.equal(at(weekend, 7, "23:59", 59), "weekend");
  assert.equal(at(weekend, 1, "00:00"), null);
  assert.equal(at(weekend, 1, "23:59"), "late");
  assert.equal(at(weekend, 2, "00:00"), null);
});

Deno.test("each band is a step, in the order given, and other times come last", () => {
  const price: TimeOfUsePrice = {
    model: "time_of_use",
    bands: [
      band("night", [...WEEKDAYS], "22:00", "06:00", "0.20"),
      band("peak", ["mon"], "07:00", "09:00", "0.60"),
    ],
    otherwise: decimal("0.40"),
  };
  const use = (weekday: number, time: string, quantity: string) => {
    return { weekday, secondOfDay: minutes(time) * 60, quantity: decimal(quantity) };
  };
  const uses = [use(1, "08:00", "10"), use(1, "12:00", "5"), use(2, "01:00", "3"), use(3, "23:00", "2")];
  const priced = priceTimeOfUse(price, uses, show)!;
  assert.equal(priced.amount.toDecimal(), "9");
  assert.equal(priced.unitPrice, null);
  assert.deepEqual([...priced.steps, priced.sum], [
    "night: 5 × 0.20 = 1.00",
    "peak: 10 × 0.60 = 6.00",
    "At other times: 5 × 0.40 = 2.00",
    "1.00 + 6.00 + 2.00",
  ]);
  assert.equal(priceTimeOfUse(price, [], show), null);
  assert.deepEqual(priceTimeOfUse(price, [uses[0]], show)!.unitPrice, decimal("0.6"));
});

Deno.test("a moment is in a band if it lies between its start and its end on the calendar", () => {
  const days = fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1 });
  const minute = fc.nat(1439);
  checkProperty(
    fc.property(days, minute, fc.nat(1440), fc.nat(6), minute, (days, fromMinute, toMinute, day, moment) => {
      fc.pre(fromMinute !== toMinute);
      // 1 January 2024 was a Monday.
      const monday = Temporal.PlainDateTime.from("2024-01-01T00:00");
      const now = monday.add({ days: 7 + day, minutes: moment });
      const length = toMinute > fromMinute ? toMinute - fromMinute : toMinute - fromMinute + 1440;
      const isInside = Array.from({ length: 21 }, (_, index) => index).some((index) => {
        const start = monday.add({ days: index, minutes: fromMinute });
        return days.includes(WEEKDAYS[start.dayOfWeek - 1]) &&
          Temporal.PlainDateTime.compare(start, now) <= 0 &&
          Temporal.PlainDateTime.compare(now, start.add({ minutes: length })) < 0;
      });
      const only: Band = { name: "band", days, fromMinute, toMinute, unit: decimal("1") };
      assert.equal(bandAt([only], day + 1, moment * 60) !== null, isInside);
    }),
    { oneIn: 4 },
  );
});
