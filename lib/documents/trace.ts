/** The steps of a trace, which are stored in English as the price models write them, in the language of a document. */
import type { Language } from "./language.ts";
import { periodPattern, sayChanges, sayDays } from "./stored_words.ts";

/** One step: what is done, the sum, and what it comes to; the last two may be empty. */
export interface Step {
  words: string;
  sum: string;
  result: string;
}

/** How the line's own amount stands in its trace, and how it is printed. */
export interface TracedAmount {
  /** "−12.40". */
  plain: string;
  /** "−£12.40". */
  shown: string;
  rounded: string;
}

/** The steps of one line; the one that comes to its amount says how it was rounded. */
export function sayTrace(steps: readonly string[], amount: TracedAmount, language: Language): Step[] {
  const say = speech(language);
  const final = steps.findLastIndex((text) => text === amount.plain || text.endsWith(` = ${amount.plain}`));
  return steps.map((text, index) => {
    if (index !== final) return sayStep(text, say) ?? { words: text, sum: "", result: "" };
    const sum = text === amount.plain ? "" : text.slice(0, text.length - amount.plain.length - 3);
    return { words: amount.rounded, sum: say.sum(sum), result: amount.shown };
  });
}

/** What the rules below say in one language. */
interface Speech extends Language {
  /** A number of a trace. */
  number(text: string): string;
  /** A sum: its numbers as the language writes them, and the few words that it may hold. */
  sum(text: string): string;
  days(text: string): string;
  /** "3 trip events". */
  events(count: string, event: string): string;
  /** "up to 20". */
  tier(text: string): string;
  shares(text: string): string;
}

function speech(language: Language): Speech {
  const { words: { steps }, figures } = language;
  const number = (text: string) => figures.number(text);
  const numbers = (text: string) =>
    text.replace(
      /(\d+(?:\.\d+)?)(%?)/g,
      (_, digits, percent) => percent ? figures.percent(digits) : number(digits),
    );
  const days = (text: string) => sayDays(text, language);
  return {
    ...language,
    number,
    days,
    sum: (text) =>
      text === "The sum of the above" ? steps.sumOfAbove : numbers(text.replace(/⌊(.*)⌋/, "[$1]")),
    events: (count, event) => steps.events(number(count), event),
    tier: (text) => {
      const [, side, at] = /^(up to|above) (\S+)$/.exec(text) ?? [];
      if (side === undefined) return steps.anyQuantity;
      return side === "up to" ? steps.upTo(number(at)) : steps.above(number(at));
    },
    shares: (text) =>
      text.replace(
        /(\d+) of (\d+) (days of 30-day months|days|seconds) \(([^)]*)\)/g,
        (_, units, whole, unit, span) => steps.share(number(units), number(whole), unit, days(span)),
      ).replace(/^Not prorated \((.*)\)$/, (_, spans) => steps.notProrated(days(spans))),
  };
}

type Rule = readonly [pattern: RegExp, say: (say: Speech, ...groups: string[]) => Partial<Step>];

const figure = "(−?\\d+(?:\\.\\d+)?)";
const rule = (pattern: string, say: Rule[1]): Rule => [new RegExp(`^${pattern}$`, "s"), say];
/** A step of fixed words with a sum and its result: "Markup: 71.05 × 2% = 1.421". */
const named = (
  start: string,
  key: "freeUnits" | "vehicles" | "markup" | "abovePool",
): Rule =>
  rule(`${start}: (.*) = ${figure}`, (say, sum, result) => ({
    words: say.words.steps[key],
    sum: say.sum(sum),
    result: say.number(result),
  }));

const share = "\\d+ of \\d+ (?:days of 30-day months|days|seconds) \\([^)]*\\)";

/** Of what was measured, and of how much of the period is paid for. */
const measureRules: readonly Rule[] = [
  rule("In force (.*)", (say, days) => ({ words: say.words.steps.inForce(say.days(days)) })),
  rule(`Sum of (.*) over (\\d+) (.*) events?: ${figure}`, (say, field, count, event, result) => ({
    words: say.words.steps.sumOf(field, say.events(count, event)),
    result: say.number(result),
  })),
  rule(`Greatest (.*) of (\\d+) (.*) events?: ${figure}`, (say, field, count, event, result) => ({
    words: say.words.steps.greatest(field, say.events(count, event)),
    result: say.number(result),
  })),
  rule(`Different values of (.*) in (\\d+) (.*) events?: ${figure}`, (say, field, count, event, result) => ({
    words: say.words.steps.different(field, say.events(count, event)),
    result: say.number(result),
  })),
  rule(`Run of (.*), last reading minus first: ${figure}`, (say, field, result) => ({
    words: say.words.steps.run(field),
    result: say.number(result),
  })),
  rule(`Mean of (.*) by time: ${figure}`, (say, field, result) => ({
    words: say.words.steps.mean(field),
    result: say.number(result),
  })),
  named("Free units", "freeUnits"),
  rule(`“(.*)” gives free units: (?:(.*) = )?${figure}`, (say, term, sum, result) => ({
    words: say.words.steps.freeUnitsBy(term),
    sum: say.sum(sum ?? ""),
    result: say.number(result),
  })),
  rule("Once for the period \\((.*)\\)", (say, days) => ({
    words: say.words.steps.onceForPeriod(say.days(days)),
  })),
  rule("Once, on (.*)", (say, day) => ({ words: say.words.steps.onceOn(say.days(day)) })),
  rule(`(${share}|Not prorated \\(.*\\))`, (say, text) => ({ words: say.shares(text) })),
  rule(`(.*?): (${share}(?:, ${share})*|Not prorated \\([^)]*\\))`, (say, id, text) => ({
    words: `${id}: ${say.shares(text)}`,
  })),
  named("Vehicles", "vehicles"),
];

/** Of the price models. */
const modelRules: readonly Rule[] = [
  rule("(\\d+) vehicles? active in the period", (say, count) => ({
    words: say.words.steps.active(say.number(count)),
  })),
  rule(`(.*): ${figure} hours?, cheapest as (.*) = ${figure}`, (say, id, hours, cover, result) => ({
    words: say.words.steps.hire(id, say.number(hours)),
    sum: sayCover(say, cover),
    result: say.number(result),
  })),
  rule(`The (first|next) (.*) = ${figure}`, (say, place, sum, result) => ({
    words: say.words.steps[place as "first" | "next"],
    sum: say.sum(sum),
    result: say.number(result),
  })),
  rule(
    `(.*) ${figure} from (\\d+ \\w+ \\d+): (.*?)(, raised to the floor|, cut to the ceiling)? = ${figure}`,
    (say, name, value, day, sum, bound, result) => {
      const { index, raisedToFloor, cutToCeiling } = say.words.steps;
      const words = index(name, say.number(value), say.days(day));
      const by = bound === undefined ? "" : `, ${bound.includes("floor") ? raisedToFloor : cutToCeiling}`;
      return { words: words + by, sum: say.sum(sum), result: say.number(result) };
    },
  ),
  rule(
    `(?:${figure} − ${figure} free = )?${figure}, in packages of ${figure}: (\\d+) packages?`,
    (say, used, free, billed, size, count) => ({
      words: say.words.steps.packages(say.number(size)) +
        (used === undefined ? "" : `, ${say.words.steps.afterFree}`),
      sum: (used === undefined ? "" : `${say.number(used)} − ${say.number(free)} = `) + say.number(billed),
      result: say.words.steps.packageCount(say.number(count)),
    }),
  ),
  rule(`Cost of (\\d+) events?: ${figure}`, (say, count, result) => ({
    words: say.words.steps.cost(say.words.steps.plainEvents(say.number(count))),
    result: say.number(result),
  })),
  named("Markup", "markup"),
  rule(`Fee: (\\d+) events? × ${figure} = ${figure}`, (say, count, price, result) => ({
    words: say.words.steps.fee,
    sum: `${say.words.steps.plainEvents(say.number(count))} × ${say.number(price)}`,
    result: say.number(result),
  })),
  rule(`${figure} less ${figure} free of the percentage = ${figure}`, (say, total, free, result) => ({
    words: say.words.steps.lessFree(say.number(total), say.number(free)),
    result: say.number(result),
  })),
  rule(`(\\d+) events? × ${figure} = ${figure}`, (say, count, price, result) => ({
    words: say.words.steps.feePerEvent,
    sum: `${say.words.steps.plainEvents(say.number(count))} × ${say.number(price)}`,
    result: say.number(result),
  })),
  rule(
    `(\\d+) events? (raised to the minimum|lowered to the maximum) of ${figure}`,
    (say, count, how, bound) => {
      const { raised, lowered, plainEvents } = say.words.steps;
      return {
        words: (how.startsWith("raised") ? raised : lowered)(
          plainEvents(say.number(count)),
          say.number(bound),
        ),
      };
    },
  ),
  rule(`Change by these bounds: ${figure}`, (say, result) => ({
    words: say.words.steps.bounds,
    result: say.number(result),
  })),
  rule(`Pool of (\\d+) vehicles?: (.*) = ${figure}`, (say, count, sum, result) => ({
    words: say.words.steps.pool(say.number(count)),
    sum: say.sum(sum),
    result: say.number(result),
  })),
  named("Above the pool", "abovePool"),
  rule(
    `(.*): ${figure} − ${figure} = ${figure} above its own, its part is ${figure}`,
    (say, name, used, own, excess, part) => ({
      words: say.words.steps.poolPart(name === "Without a vehicle" ? say.words.steps.withoutVehicle : name),
      sum: `${say.number(used)} − ${say.number(own)} = ${say.number(excess)}`,
      result: say.words.steps.poolPays(say.number(part)),
    }),
  ),
  rule(`${figure} falls on the step (.*)`, (say, quantity, tier) => ({
    words: say.words.steps.onStep(say.number(quantity), say.tier(tier)),
  })),
  rule(`${figure} is priced by the tier (.*)`, (say, quantity, tier) => ({
    words: say.words.steps.inTier(say.number(quantity), say.tier(tier)),
  })),
  rule("No usage: the fee of the first tier is due", (say) => ({ words: say.words.steps.feeOfFirstTier })),
];

/** "1 week × 120.00 + 2 days × 30.00", or "nothing". */
function sayCover(say: Speech, cover: string): string {
  const { hireUnits, nothing } = say.words.steps;
  if (cover === "nothing") return nothing;
  return cover.replace(
    /(\d+) (hour|day|week|month)s? × (\S+)/g,
    (_, count, unit, price) => `${hireUnits(say.number(count), unit)} × ${say.number(price)}`,
  );
}

/** Of terms, discounts and corrections. */
const adjustmentRules: readonly Rule[] = [
  rule("Coupon (.*)", (say, code) => ({ words: say.words.steps.coupon(code) })),
  rule(`Granted from the wallet, on ${figure}: ${figure}`, (say, of, result) => ({
    words: say.words.steps.granted(say.number(of)),
    result: say.number(result),
  })),
  rule(`−(\\d+(?:\\.\\d+)?)% of ${figure}( \\(.*\\))? = ${figure}`, (say, percent, of, charges, result) => ({
    words: say.words.steps.percentOff(say.figures.percent(percent), say.number(of) + (charges ?? "")),
    result: say.number(result),
  })),
  rule(
    `Discount of ${figure} on ${figure}( \\(.*\\))?, no more than that: ${figure}`,
    (say, amount, of, charges, result) => ({
      words: say.words.steps.discountUpTo(say.number(amount), say.number(of) + (charges ?? "")),
      result: say.number(result),
    }),
  ),
  rule(`Discount on ${figure}( \\(.*\\))?: ${figure}`, (say, of, charges, result) => ({
    words: say.words.steps.discountOn(say.number(of) + (charges ?? "")),
    result: say.number(result),
  })),
  rule(`Of it at (?:no tax|(\\w+) ([\\d.]+)%): ${figure}`, (say, category, percent, result) => ({
    words: say.words.steps.atRate(
      category === undefined ? say.words.steps.noTax : `${category} ${say.figures.percent(percent)}`,
    ),
    result: say.number(result),
  })),
  rule(`(Minimum|Cap) for (\\d+) of (\\d+) days?: (.*) = ${figure}`, (say, name, days, of, sum, result) => ({
    words: say.words.steps[name === "Cap" ? "capFor" : "minimumFor"](say.number(days), say.number(of)),
    sum: say.sum(sum),
    result: say.number(result),
  })),
  rule(
    `(Minimum|Cap) ${figure}, billed ${figure}: ${figure} (?:to reach it|above it)`,
    (say, name, limit, billed, result) => ({
      words: say.words.steps[name === "Cap" ? "capExceeded" : "minimumReached"](
        say.number(limit),
        say.number(billed),
      ),
      result: say.number(result),
    }),
  ),
  rule(`Corrects invoice (\\S+) for (${periodPattern})\\. (.*)`, (say, invoice, period, changes) => ({
    words: `${say.words.steps.corrects(invoice, say.days(period))} ${sayChanges(changes, say)}`,
  })),
  rule(`Quantity ${figure}, before ${figure}`, (say, now, before) => ({
    words: say.words.steps.quantityBefore(say.number(now), say.number(before)),
  })),
  rule(`Due now ${figure}, billed before ${figure}`, (say, now, before) => ({
    words: say.words.steps.dueNow(say.number(now), say.number(before)),
  })),
  rule(`The rest is on the credit note of the same correction: ${figure}`, (say, result) => ({
    words: say.words.steps.restOnCreditNote,
    result: say.number(result),
  })),
];

/** What is left: a meter that only counts, a band of time, and a plain sum. */
const plainRules: readonly Rule[] = [
  rule(`(.*): ${figure} × ${figure} = ${figure}`, (say, name, quantity, price, result) => ({
    words: name === "At other times" ? say.words.steps.otherTimes : name,
    sum: `${say.number(quantity)} × ${say.number(price)}`,
    result: say.number(result),
  })),
  rule("(\\d+) (.*) events?", (say, count, event) => ({ words: say.events(count, event) })),
  rule(`(The sum of the above|[−\\d][−\\d.+×÷/%() ]*) = ${figure}`, (say, sum, result) => ({
    sum: say.sum(sum),
    result: say.number(result),
  })),
  rule(figure, (say, result) => ({ result: say.number(result) })),
];

const rules = [...adjustmentRules, ...measureRules, ...modelRules, ...plainRules];

/** A step in the words of a language; nothing for one that no rule knows. */
function sayStep(text: string, say: Speech): Step | undefined {
  for (const [pattern, words] of rules) {
    const found = pattern.exec(text);
    if (found) return { words: "", sum: "", result: "", ...words(say, ...found.slice(1)) };
  }
  return undefined;
}

/** Whether a step is one that a document can say in its own language. */
export function isSaid(step: string, language: Language): boolean {
  return sayStep(step, speech(language)) !== undefined;
}
