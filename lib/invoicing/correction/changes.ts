/** What changed of a period since it was billed, in words: usage that came late or no longer counts, terms, vehicles, indexes. */
import type { UsageFact } from "../../../db/queries/billing_facts.ts";
import { canonicalJson } from "../../core/json.ts";
import { countOf } from "../../pricing/words.ts";
import type { PriceCaseTerms } from "../price_case.ts";

export interface Changes {
  /** Usage that is there now and was not, and the other way round. */
  late: readonly UsageFact[];
  gone: readonly UsageFact[];
  /** The rest, as sentences. */
  terms: readonly string[];
}

/** `before` is the price case as it was kept. */
export function changesOf(
  before: { priceCase: unknown; usage: readonly UsageFact[] },
  now: { priceCase: PriceCaseTerms; usage: readonly UsageFact[] },
): Changes {
  const idOf = ({ source, eventId }: UsageFact) => `${source}/${eventId}`;
  const [known, there] = [new Set(before.usage.map(idOf)), new Set(now.usage.map(idOf))];
  return {
    late: now.usage.filter((event) => !known.has(idOf(event))),
    gone: before.usage.filter((event) => !there.has(idOf(event))),
    terms: termsChanged(before.priceCase as PriceCaseTerms, now.priceCase),
  };
}

function termsChanged(before: PriceCaseTerms, now: PriceCaseTerms): string[] {
  const differs = (...names: (keyof PriceCaseTerms)[]) =>
    names.some((name) => canonicalJson(before[name] ?? null) !== canonicalJson(now[name] ?? null));
  const indexes = Object.keys({ ...before.indexes, ...now.indexes }).filter((name) =>
    canonicalJson(before.indexes?.[name] ?? null) !== canonicalJson(now.indexes?.[name] ?? null)
  );
  return [
    ...(differs("charges", "commitment", "discounts", "tax", "rounding", "zone")
      ? ["The terms of the contract changed."]
      : []),
    ...(differs("vehicles") ? ["The vehicles on the contract changed."] : []),
    ...indexes.map((name) => `A value of the index ${name} changed.`),
  ];
}

/** "3 trips came late, and 1 no longer counts.": every sentence of what changed; of one meter's events, if its event is given. */
export function changeWords({ late, gone, terms }: Changes, event?: string): string[] {
  const ofMeter = (usage: readonly UsageFact[]) =>
    event === undefined ? usage : usage.filter((each) => each.event === event);
  const [came, went] = [ofMeter(late).length, ofMeter(gone).length];
  return [
    ...(came > 0 ? [`${countOf(came, "usage event")} came late.`] : []),
    ...(went > 0 ? [`${countOf(went, "usage event")} no longer ${went === 1 ? "counts" : "count"}.`] : []),
    ...terms,
  ];
}
