/** Words that an invoice stores in English when it is drafted, such as its periods, in the language of a document. */
import { months } from "../core/months.ts";
import type { Language } from "./language.ts";

const month = `(${months.join("|")})`;

/** "1–31 March 2026", "10 to 31 January", "16 December 2025 – 15 January 2026", "5 March 2026". */
const span = `(\\d{1,2})(?: ${month}(?: (\\d{4}))?)?(?: ?– ?| to )(\\d{1,2}) ${month}(?: (\\d{4}))?`;
const day = `(\\d{1,2}) ${month}(?: (\\d{4}))?`;
const spanOrDay = new RegExp(`${span}|${day}`, "g");
/** One or several of them, as a text and as a part of one. */
export const periodPattern = `(?:\\d{1,2}[ \\w–]*?(?:${months.join("|")})(?: \\d{4})?(?:, )?)+`;
const onlyPeriods = new RegExp(`^(?:${span}|${day})(?:, (?:${span}|${day}))*$`);

/** A leap year, for days that name none. */
const anyYear = 2000;

function dateOf(day: string, name: string, year: string | undefined): Temporal.PlainDate {
  return new Temporal.PlainDate(year ? Number(year) : anyYear, months.indexOf(name) + 1, Number(day));
}

/** Every day and span of days in a text as the language writes them; the rest stays. */
export function sayDays(text: string, { figures }: Language): string {
  return text.replace(spanOrDay, (found, ...groups: (string | undefined)[]) => {
    const [firstDay, firstMonth, firstYear, lastDay, lastMonth, lastYear, onlyDay, onlyMonth, onlyYear] =
      groups;
    if (onlyDay !== undefined) {
      const date = dateOf(onlyDay, onlyMonth!, onlyYear);
      return onlyYear ? figures.day(date) : figures.days(date, date, false);
    }
    const last = dateOf(lastDay!, lastMonth!, lastYear);
    const first = dateOf(firstDay!, firstMonth ?? lastMonth!, firstYear ?? lastYear);
    // A span without years ends after it begins; one that does not runs into another year, and is left as it is.
    if (Temporal.PlainDate.compare(first, last) > 0) return found;
    return figures.days(first, last, lastYear !== undefined);
  });
}

/** What stands under a line: the days it is for, or what it corrects; a text of another kind stays as it is. */
export function sayDetail(detail: string, language: Language): string {
  const { words: { corrections }, figures } = language;
  if (onlyPeriods.test(detail)) return sayDays(detail, language);
  const corrected = correctedDetail.exec(detail);
  if (!corrected) return detail;
  const [, invoice, period, now, before, changes] = corrected;
  const days = sayDays(period, language);
  return [
    invoice === undefined ? `${days}:` : `${corrections.corrects(invoice, days)}:`,
    corrections.instead(figures.number(now), figures.number(before)),
    sayChanges(changes, language),
  ].join(" ");
}

const correctedDetail = new RegExp(
  `^(?:Corrects (\\S+), )?(${periodPattern}): (−?[\\d.]+) instead of (−?[\\d.]+)\\. (.*)$`,
);

/** Why something was credited: as a person wrote it, or as a correction says it. */
export function sayReason(reason: string, language: Language): string {
  const found = new RegExp(`^(${periodPattern}) was worked out again\\. (.*)$`).exec(reason);
  if (!found) return reason;
  const { workedOutAgain } = language.words.corrections;
  return `${workedOutAgain(sayDays(found[1], language))} ${sayChanges(found[2], language)}`;
}

/** What changed since something was billed, sentence by sentence. */
export function sayChanges(sentences: string, language: Language): string {
  return sentences.split(/(?<=\.) (?=[A-Z0-9])/).map((sentence) => sayChange(sentence, language)).join(" ");
}

function sayChange(sentence: string, { words: { corrections }, figures }: Language): string {
  if (sentence === "The terms of the contract changed.") return corrections.terms;
  if (sentence === "The vehicles on the contract changed.") return corrections.vehicles;
  if (sentence === "Part of it was credited to be billed again.") return corrections.byHand;
  const [, index] = /^A value of the index (.*) changed\.$/.exec(sentence) ?? [];
  if (index !== undefined) return corrections.index(index);
  const [, late] = /^(\d+) usage events? came late\.$/.exec(sentence) ?? [];
  if (late !== undefined) return corrections.late(figures.number(late));
  const [, gone] = /^(\d+) usage events? no longer counts?\.$/.exec(sentence) ?? [];
  return gone === undefined ? sentence : corrections.gone(figures.number(gone));
}

/** What a line is called: its own name, or the name of a term and what it does. */
export function sayDescription(description: string, { words: { adjustments } }: Language): string {
  const [, term, to] = /^(.*), (up to the minimum|down to the cap)$/s.exec(description) ?? [];
  if (to === undefined) return description;
  return to === "up to the minimum" ? adjustments.toMinimum(term) : adjustments.toCap(term);
}
