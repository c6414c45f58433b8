/** "Why this amount?" for each price model: one plain sentence, then a bar or a table of what its trace says. */
import type { QuantityBarProps } from "../../../../components/ui/quantity_bar.tsx";
import type { TraceShares } from "../../../../components/ui/trace_panel.tsx";
import type { MeterTerms, PriceTerms, QuantityPriceTerms } from "../../../../lib/plans/terms.ts";
import { countOf, showPercent, showPrice, showQuantity } from "./invoice_words.tsx";

/** What a line was priced by. */
export interface ExplainedCharge {
  kind: "recurring" | "usage" | "one_time";
  meter: unknown;
  price: unknown;
}

export interface ExplainedAmount {
  charge: ExplainedCharge;
  /** Decimal text. */
  quantity: string;
  /** The trace, as the price models write it. */
  steps: readonly string[];
  currency: string;
}

export interface Explanation {
  sentence: string;
  bar?: Omit<QuantityBarProps, "id">;
  table?: TraceShares;
  /** Those that the table does not show. */
  steps: readonly string[];
}

/** Rows that a panel under a line has room for; the JSON has all. */
const rowsMost = 12;

/** What the explanations of the models share. */
interface Words {
  quantity: string;
  /** "miles", "trip events". */
  unit: string;
  money: (text: string) => string;
  steps: readonly string[];
}

/** Explains a line of a charge. */
export function explainAmount(line: ExplainedAmount): Explanation {
  const explanation = explainPrice(line);
  const [free] = sort(line.steps, /^Free units: (\S+) − (\S+) = /).found;
  if (!free) return explanation;
  const [used, units] = free.map(showFigure);
  return { ...explanation, sentence: `${explanation.sentence} Of ${used} used, ${units} were free.` };
}

function explainPrice({ charge, quantity, steps, currency }: ExplainedAmount): Explanation {
  const price = charge.price as PriceTerms;
  const meter = charge.meter as MeterTerms | null;
  const words: Words = {
    quantity: showFigure(quantity),
    unit: unitOf(charge.kind, meter),
    money: (text) => showPrice(text.replace("−", "-"), currency),
    steps,
  };
  switch (price.model) {
    case "percentage":
      return inParts(`${showPercent(price.percent)} of the ${price.field}${feeWords(price, words)}.`, words);
    case "pass_through":
      return inParts(`What it cost is passed on${markupWords(price, words)}.`, words);
    case "active_vehicle":
      return {
        sentence: `Each vehicle with at least one ${meter!.event} event pays ${
          words.money(price.amount)
        } once: ${countOf(BigInt(quantity), "vehicle")}.`,
        steps,
      };
    case "best_rate":
      return explainHires(words);
    case "pooled":
      return explainPool(words);
    case "indexed":
      return explainIndex(price.index, words);
    case "time_of_use":
      return explainBands(words);
    default:
      return charge.kind === "usage" ? explainQuantity(price, words) : explainShare(price, words);
  }
}

function unitOf(kind: ExplainedCharge["kind"], meter: MeterTerms | null): string {
  if (kind !== "usage" || meter === null) return "vehicles";
  const { aggregate, field, event } = meter;
  if (aggregate === "unique") return `different values of ${field}`;
  return field === undefined || aggregate === "count" ? `${event} events` : field;
}

const figureFormat = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 2 });

/** A number of a trace to two decimals; the steps have all of them. */
function showFigure(text: string): string {
  return figureFormat.format(text.replace("−", "-") as Intl.StringNumericLiteral).replace("-", "−");
}

/** The steps that a pattern fits, with its groups, and those that it does not. */
function sort(steps: readonly string[], pattern: RegExp): { found: string[][]; rest: string[] } {
  const found: string[][] = [], rest: string[] = [];
  for (const step of steps) {
    const match = pattern.exec(step);
    if (match) found.push(match.slice(1));
    else rest.push(step);
  }
  return { found, rest };
}

/** A table, cut to what a panel holds; what is cut stays among the steps of the JSON. */
function tableOf(table: Omit<TraceShares, "columns">, columns: readonly string[]): TraceShares {
  const more = table.rows.length - rowsMost;
  return {
    ...table,
    columns: columns.map((label) => ({ label })),
    caption: more > 0 ? `${table.caption}: the first ${rowsMost} of ${table.rows.length}` : table.caption,
    rows: table.rows.slice(0, rowsMost),
  };
}

/** A share of a price that is due for the whole period, or once. */
function explainShare(price: QuantityPriceTerms, words: Words): Explanation {
  const { steps, money } = words;
  if (price.model !== "flat" && price.model !== "per_unit") return explainQuantity(price, words);
  const amount = money(price.model === "flat" ? price.amount : price.unit);
  const shares = steps.flatMap((step) => /^(\d+) of (\d+) (days|seconds)/.exec(step)?.slice(1) ?? []);
  if (shares.length >= 3) {
    const [, whole, unit] = shares;
    const used = shares.filter((_, place) => place % 3 === 0).reduce((sum, part) => sum + Number(part), 0);
    const sentence = used === Number(whole)
      ? `The whole period at ${amount}.`
      : `${showFigure(String(used))} of the ${
        showFigure(whole)
      } ${unit} of the period, at ${amount} for all of it.`;
    return { sentence, steps };
  }
  if (steps.some((step) => step.startsWith("Vehicles:"))) {
    return { sentence: `${words.quantity} vehicles, by their days, at ${amount} each.`, steps };
  }
  return { sentence: `${amount}, however much of the period it was.`, steps };
}

/** A price of a model that prices any quantity. */
function explainQuantity(price: QuantityPriceTerms, words: Words): Explanation {
  const { quantity, unit, money, steps } = words;
  switch (price.model) {
    case "flat":
      return { sentence: `${money(price.amount)} once for the period.`, steps };
    case "per_unit":
      return { sentence: `${quantity} ${unit} at ${money(price.unit)} each.`, steps };
    case "graduated":
      return explainParts(words);
    case "volume": {
      const tiers = tiersOf(
        price.tiers,
        ({ unit = "0", flat = "0" }) =>
          `${money(unit)} each${/[1-9]/.test(flat) ? ` and ${money(flat)} once` : ""}`,
      );
      return explainReached(
        `All ${quantity} ${unit} have the price of the tier that they reach`,
        tiers,
        words,
      );
    }
    case "stairstep": {
      const tiers = tiersOf(price.tiers, ({ amount }) => money(amount));
      return explainReached(
        `${quantity} ${unit} cost one amount, that of the step that they reach`,
        tiers,
        words,
      );
    }
    case "package": {
      const [, count] = /: (\S+) packages?$/.exec(steps.find((step) => / packages?$/.test(step)) ?? "") ?? [];
      const free = price.free && /[1-9]/.test(price.free)
        ? `, the first ${showQuantity(price.free)} free`
        : "";
      const started = count === undefined ? "" : `: ${showFigure(count)} of them`;
      return {
        sentence: `Each started package of ${showQuantity(price.size)} ${unit} costs ${
          money(price.price)
        }${free}${started}.`,
        steps,
      };
    }
  }
}

/** Tiers in words, with what each costs. */
function tiersOf<Tier extends { upTo?: string | null }>(
  tiers: readonly Tier[],
  cost: (tier: Tier) => string,
): { bound: string; key: string; cost: string }[] {
  return tiers.map((tier, index) => {
    const below = tiers[index - 1]?.upTo;
    const [word, at] = tier.upTo ? ["up to", tier.upTo] : below ? ["above", below] : ["any", ""];
    return {
      bound: at === "" ? "any quantity" : `${word} ${showQuantity(at)}`,
      // As the trace names it.
      key: at === "" ? "for any quantity" : `${word} ${at.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "")}`,
      cost: cost(tier),
    };
  });
}

function explainReached(
  start: string,
  tiers: { bound: string; key: string; cost: string }[],
  { steps }: Words,
): Explanation {
  const [, reached] = steps.flatMap((step) => /(?:the tier|the step) (.+)$/.exec(step) ?? []);
  return {
    sentence: reached === undefined ? `${start}.` : `${start}, ${reached}.`,
    table: tableOf({
      heading: "What each costs",
      caption: "In order",
      rows: tiers.map(({ bound, key, cost }) => [bound, cost, key === reached ? "reached" : "not this one"]),
    }, ["Quantity", "Price", "This bill"]),
    steps,
  };
}

function explainParts({ quantity, unit, money, steps }: Words): Explanation {
  const { found, rest } = sort(steps, /^The (first|next) (\S+) × (\S+)(?: \+ (\S+))? = (\S+)$/);
  const sentence = `${quantity} ${unit}, each part by the price of its own tier.`;
  if (found.length === 0) return { sentence, steps };
  const hasFee = found.some(([, , , fee]) => fee !== undefined);
  return {
    sentence,
    table: tableOf({
      heading: "What each part costs",
      caption: "Tier by tier",
      rows: found.map(([place, part, price, fee, amount]) => [
        `The ${place} ${showFigure(part)}`,
        money(price),
        ...(hasFee ? [fee === undefined ? "none" : money(fee)] : []),
        money(amount),
      ]),
    }, ["Part", "Each", ...(hasFee ? ["Once"] : []), "Comes to"]),
    steps: rest,
  };
}

/** A pool with its bar, and who used it. */
function explainPool({ unit, money, steps }: Words): Explanation {
  const pool = steps.flatMap((step) => /^Pool of (\d+) vehicles?: .* = (\S+)$/.exec(step)?.slice(1) ?? []);
  const over = steps.flatMap((step) => /^Above the pool: (\S+) − (\S+) = (\S+)$/.exec(step)?.slice(1) ?? []);
  const { found, rest } = sort(steps, /^(.*): (\S+) − (\S+) = (\S+) above its own, its part is (\S+)$/);
  const [count, held] = pool, [used, , above] = over;
  const vehicles = count === "1" ? "One vehicle has" : `${count} vehicles share`;
  const size = Number(used) > 0 ? 100 * Number(held) / Number(used) : 100;
  const [shownHeld, shownUsed, shownAbove] = [held, used, above].map(showFigure);
  return {
    sentence:
      `${vehicles} a pool of ${shownHeld} ${unit}. What was used above it, ${shownAbove}, is charged once.`,
    bar: {
      title: "Used against the pool",
      description: `The pool holds ${shownHeld} ${unit}. ${shownUsed} were used, so ${shownAbove} are over.`,
      withinPercent: Math.round(100 * Math.min(100, Math.max(0, size))) / 100,
      boundLabel: `In the pool ${shownHeld}`,
      unit: unit.charAt(0).toUpperCase() + unit.slice(1),
      endLabel: `Used ${shownUsed}: ${shownAbove} over`,
    },
    ...(found.length === 0 ? {} : {
      table: tableOf({
        heading: "Who used it",
        caption: "Each vehicle above its own part, and what it pays",
        rows: found.map(([vehicle, used, own, excess, part]) => [
          vehicle,
          showFigure(own),
          showFigure(used),
          showFigure(excess),
          money(part),
        ]),
      }, ["Vehicle", "Own part", "Used", "Over", "Pays"]),
    }),
    steps: rest,
  };
}

function explainHires({ money, steps }: Words): Explanation {
  const { found, rest } = sort(steps, /^(.*): (\S+) hours?, cheapest as (.*) = (\S+)$/);
  return {
    sentence: "Each hire pays the cheapest set of whole units that covers its time.",
    table: tableOf({
      heading: "Hire by hire",
      caption: "In order of time",
      rows: found.map(([hire, hours, cover, amount]) => [
        hire,
        `${showFigure(hours)} hours`,
        cover.replace(/× (\S+)/g, (_, price) => `at ${money(price)}`),
        money(amount),
      ]),
    }, ["Hire", "Length", "Cheapest as", "Comes to"]),
    steps: rest,
  };
}

/** Prices that moved with an index: its value, what a unit then costs, and how many there were. */
function explainIndex(index: string, { unit, money, steps }: Words): Explanation {
  const values = steps.flatMap((step, place) => {
    const value = /^.* (\S+) from (\d+ \w+ \d+): .* = (\S+)$/.exec(step);
    if (!value) return [];
    const after = steps.slice(place + 1);
    const worked = after.map((next) => /^(\S+) × (\S+) = (\S+)$/.exec(next)).find((match) => match !== null);
    return [[
      value[2],
      showFigure(value[1]),
      money(value[3]),
      showFigure(worked?.[1] ?? "0"),
      money(worked?.[3] ?? "0"),
    ]];
  });
  return {
    sentence: `The price of ${unit} moves with ${index}, by the value in force on the day of use.`,
    table: tableOf({
      heading: "By value of the index",
      caption: "In order of time",
      rows: values,
    }, ["In force from", "Index", "Each", "Quantity", "Comes to"]),
    steps,
  };
}

function explainBands({ unit, money, steps }: Words): Explanation {
  const { found, rest } = sort(steps, /^(.*): (\S+) × (\S+) = (\S+)$/);
  const sentence = `The price of ${unit} goes by the time of day and week.`;
  if (found.length === 0) return { sentence, steps };
  return {
    sentence,
    table: tableOf({
      heading: "By time",
      caption: "In the order of the price list",
      rows: found.map(([band, part, price, amount]) => [band, showFigure(part), money(price), money(amount)]),
    }, ["Time", "Quantity", "Each", "Comes to"]),
    steps: rest,
  };
}

/** Parts that are added up. */
function inParts(sentence: string, { money, steps }: Words): Explanation {
  const { found } = sort(steps, /^(?:([^:=]+): )?([^=]*[×][^=]*) = (\S+)$/);
  if (found.length === 0) return { sentence, steps };
  return {
    sentence,
    table: tableOf({
      heading: "What it is made of",
      caption: "Part by part",
      rows: found.map(([name, sum, amount]) => [name ?? "Part", sum, money(amount)]),
    }, ["Part", "Worked out as", "Comes to"]),
    steps,
  };
}

function feeWords(price: Extract<PriceTerms, { model: "percentage" }>, { money }: Words): string {
  const { perEvent, freeEvents, freeAmount, minPerEvent, maxPerEvent } = price;
  return [
    perEvent && ` and ${money(perEvent)} for each event`,
    freeEvents && `, the first ${showQuantity(freeEvents)} events without that fee`,
    freeAmount && `, the first ${money(freeAmount)} free`,
    minPerEvent && `, at least ${money(minPerEvent)} an event`,
    maxPerEvent && `, at most ${money(maxPerEvent)} an event`,
  ].filter(Boolean).join("");
}

function markupWords(price: Extract<PriceTerms, { model: "pass_through" }>, { money }: Words): string {
  const { markupPercent, markupPerEvent } = price;
  const added = [
    markupPercent && showPercent(markupPercent),
    markupPerEvent && `${money(markupPerEvent)} for each event`,
  ].filter(Boolean);
  return added.length === 0 ? ", with nothing added" : `, with ${added.join(" and ")} added`;
}
