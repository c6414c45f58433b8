/** Recording exchange rates, by hand and from the European Central Bank's files, and saying how old one may be. */
import {
  findOldestDays,
  insertExchangeRates,
  insertOldestDays,
  lockExchangeRates,
} from "../../db/queries/exchange_rate.ts";
import { actorKey } from "../core/actor.ts";
import { defineCommand } from "../core/command.ts";
import { type CurrencyCode, isCurrencyCode } from "../core/currency.ts";
import { Rational } from "../core/decimal.ts";
import { refuseField } from "../core/errors.ts";
import { readAll, readDate, readInteger } from "../core/input.ts";
import { oldestDaysAtFirst } from "./conversion.ts";
import { readEcbFile } from "./ecb_file.ts";

export interface ExchangeRateInput {
  /** 1 of it … */
  base: string;
  /** … is so much of this. */
  quote: string;
  /** ISO date, not after today. */
  day: string;
  /** Decimal text. */
  rate: string;
}

/**
 * Adds a rate by hand; it goes before one of a file of the same day. A rate that was used stays: a correction is a newer row. Throws
 * `InvalidInput`.
 */
export const recordExchangeRate = defineCommand<ExchangeRateInput, { day: string }>({
  name: "exchange_rate.record",
  capability: "plans.write",
  subject: ({ base, quote }) => ({ type: "exchange_rate", id: `${base}/${quote}` }),
  async run({ db, actor, now, emit }, input) {
    const rate = readAll({
      base: () => readCurrency("base", input.base),
      quote: () => readCurrency("quote", input.quote),
      day: () => readPastDay(input.day, now),
      rate: () => readRate(input.rate),
    });
    if (rate.base === rate.quote) {
      refuseField(
        "quote",
        input.quote,
        "Choose two different currencies.",
        rate.base === "EUR" ? "USD" : "EUR",
      );
    }
    await lockExchangeRates(db);
    await insertExchangeRates(db, [{ ...rate, source: "manual" }], "manual", actorKey(actor));
    emit("exchange_rate.recorded", `${rate.base}/${rate.quote}`, { day: `${rate.day}`, rate: rate.rate });
    return { day: `${rate.day}` };
  },
});

export interface EcbImportResult {
  added: number;
  corrected: number;
  unchanged: number;
  /** Currencies of the file that are not in use. */
  unknown: string[];
  [name: string]: number | string[];
}

/** Adds the rates of a file of the ECB; those that are there already are not added twice. Throws `InvalidInput`. */
export const importEcbRates = defineCommand<{ content: string }, EcbImportResult>({
  name: "exchange_rate.import",
  capability: "plans.write",
  subject: () => ({ type: "exchange_rate", id: "ecb" }),
  detail: (_input, result) => result,
  async run({ db, actor, now, emit }, { content }) {
    const { rates, unknown } = readEcbFile(content);
    const tomorrow = now.toZonedDateTimeISO("UTC").toPlainDate().add({ days: 1 });
    const late = rates.find(({ day }) => Temporal.PlainDate.compare(day, tomorrow) > 0);
    if (late) refuseField("file", "", `The file has a rate of ${late.day}, which is still to come.`);
    await lockExchangeRates(db);
    const counts = await insertExchangeRates(
      db,
      rates.map((rate) => ({ ...rate, base: "EUR", source: "ecb" as const })),
      "ecb",
      actorKey(actor),
    );
    const unchanged = rates.length - counts.added - counts.corrected;
    emit("exchange_rate.imported", "ecb", { ...counts, unchanged });
    return { ...counts, unchanged, unknown };
  },
});

/** Says how many days old a rate may be to be used. Throws `InvalidInput`. */
export const setOldestRate = defineCommand<{ oldestDays: number }, { before: number }>({
  name: "exchange_rate.set_oldest",
  capability: "entities.write",
  subject: () => ({ type: "exchange_rate", id: "oldest" }),
  async run({ db, actor, now, emit }, { oldestDays }) {
    const days = readInteger("oldestDays", oldestDays, 0, 366);
    const before = await findOldestDays(db, now) ?? oldestDaysAtFirst;
    await insertOldestDays(db, days, { by: actorKey(actor), at: now });
    emit("exchange_rate.oldest_set", "oldest", { days, before });
    return { before };
  },
});

function readCurrency(field: string, text: string): CurrencyCode {
  const code = text.trim().toUpperCase();
  if (isCurrencyCode(code)) return code;
  return refuseField(field, text, "Use the three letters of a currency in use.", "USD");
}

/** Today counts by the zone that is furthest ahead: a day that has begun somewhere has its rate. */
function readPastDay(text: string, now: Temporal.Instant): Temporal.PlainDate {
  const day = readDate("day", text);
  const latest = now.toZonedDateTimeISO("Pacific/Kiritimati").toPlainDate();
  if (Temporal.PlainDate.compare(day, latest) > 0) {
    refuseField("day", text, "This day is still to come. Use today or an earlier day.", `${latest}`);
  }
  if (day.year < 1999) refuseField("day", text, "Use a day in or after 1999.", `${latest}`);
  return day;
}

function readRate(text: string): string {
  const typed = text.trim();
  if (/^(?:0|[1-9]\d{0,8})(?:\.\d{1,10})?$/.test(typed) && !Rational.parse(typed).isZero) {
    return Rational.parse(typed).toDecimal();
  }
  return refuseField(
    "rate",
    text,
    "Type a number above zero, with at most 10 decimals after a point.",
    "1.0956",
  );
}
