/**
 * Reads euro foreign exchange reference rates as the European Central Bank publishes them: XML (eurofxref-daily, -hist, -hist-90d)
 * and CSV (eurofxref, eurofxref-hist). Source of the formats: ECB, "Euro foreign exchange reference rates", pages for developers.
 */
import { isCurrencyCode } from "../core/currency.ts";
import { Rational } from "../core/decimal.ts";
import { refuseField } from "../core/errors.ts";
import { parseDate } from "../core/input.ts";

/** 1 EUR is `rate` of `quote`. */
export interface EcbRate {
  quote: string;
  day: Temporal.PlainDate;
  rate: string;
}

export interface EcbFile {
  rates: EcbRate[];
  /** Currencies of the file that are no longer, or not, money in use. */
  unknown: string[];
}

const rateSyntax = /^(?:0|[1-9]\d{0,8})(?:\.\d{1,10})?$/;
const months = ["January", "February", "March", "April", "May", "June", "July", "August"];
months.push("September", "October", "November", "December");

/** Throws `InvalidInput` at the field `file` for what is no such file, or says the same day and currency twice. */
export function readEcbFile(text: string): EcbFile {
  const content = text.replace(/^\uFEFF/, "").trim();
  if (content.startsWith("PK")) refuse("This is a packed file. Unpack it, and choose the file inside.");
  const cells = content.startsWith("<") ? cellsOfXml(content) : cellsOfCsv(content);
  const rates: EcbRate[] = [];
  const unknown = new Set<string>();
  const seen = new Set<string>();
  for (const { day, quote, rate } of cells) {
    const date = readDay(day);
    if (!date) {
      refuse(`“${day.slice(0, 40)}” is not a day. Use the file as the European Central Bank gives it.`);
    }
    if (!rateSyntax.test(rate) || Rational.parse(rate).isZero) {
      refuse(
        `The rate of ${quote.slice(0, 10)} on ${day.slice(0, 40)}, “${
          rate.slice(0, 40)
        }”, is no rate above zero.`,
      );
    }
    if (!isCurrencyCode(quote)) {
      unknown.add(quote.slice(0, 10));
      continue;
    }
    const key = `${date} ${quote}`;
    if (seen.has(key)) refuse(`The file has two rates of ${quote} on ${date}.`);
    seen.add(key);
    rates.push({ quote, day: date!, rate: Rational.parse(rate).toDecimal() });
  }
  if (rates.length === 0) refuse("The file holds no rate.");
  return { rates, unknown: [...unknown].sort() };
}

interface Cell {
  day: string;
  quote: string;
  rate: string;
}

/** `<Cube time="2024-01-02"><Cube currency="USD" rate="1.0956"/>…</Cube>`; nothing outside this shape is looked at. */
function cellsOfXml(content: string): Cell[] {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(content) || !content.includes("gesmes:Envelope")) {
    refuse("This XML is not one of the European Central Bank's exchange rates.");
  }
  if (!/<\/gesmes:Envelope>\s*$/.test(content)) refuse("The file ends too early. Get it again.");
  const cells: Cell[] = [];
  let day = "";
  for (const [, attributes] of content.matchAll(/<Cube\b([^<>]*)>/g)) {
    const of = (name: string) => new RegExp(`\\b${name}\\s*=\\s*["']([^"']*)["']`).exec(attributes)?.[1];
    day = of("time") ?? day;
    const quote = of("currency");
    if (quote !== undefined) cells.push({ day, quote, rate: of("rate") ?? "" });
  }
  return cells;
}

/** `Date,USD,JPY,…` and a line for each day; a day without a rate of a currency says N/A. */
function cellsOfCsv(content: string): Cell[] {
  const [header, ...lines] = content.split(/\r?\n/).map((line) => line.split(",").map((cell) => cell.trim()));
  if (header[0] !== "Date" || header.length < 2) {
    refuse("Choose a file of the European Central Bank's exchange rates, in XML or CSV.");
  }
  return lines.filter((line) => line.some((cell) => cell !== "")).flatMap((line) => {
    if (line.length !== header.length) {
      refuse(`The line of ${line[0].slice(0, 40)} has other columns than the first.`);
    }
    return header.slice(1).flatMap((quote, place) => {
      const rate = line[place + 1];
      return quote === "" || rate === "" || rate === "N/A" ? [] : [{ day: line[0], quote, rate }];
    });
  });
}

/** "2024-01-02", or "02 January 2024" as the daily CSV has it. */
function readDay(text: string): Temporal.PlainDate | undefined {
  const words = /^(\d{1,2}) ([A-Z][a-z]+) (\d{4})$/.exec(text);
  if (!words) return parseDate(text);
  const month = months.indexOf(words[2]) + 1;
  return parseDate(`${words[3]}-${String(month).padStart(2, "0")}-${words[1].padStart(2, "0")}`);
}

function refuse(rule: string): never {
  return refuseField("file", "", rule);
}
