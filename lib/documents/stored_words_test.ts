/** What invoices store in English is understood again, day by day, and said in another language; what people wrote stays. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkProperty } from "../../tests/support/property.ts";
import { showDays } from "../pricing/words.ts";
import { periodLabel } from "../invoicing/texts.ts";
import { languageOf } from "./language.ts";
import { sayDays, sayDescription, sayDetail, sayReason } from "./stored_words.ts";

const german = languageOf("de-DE");
const start = fc.integer({ min: 0, max: 3000 }).map((days) =>
  Temporal.PlainDate.from("2020-01-01").add({ days })
);

Deno.test("every period that an invoice or a trace can name is said with the same days", () => {
  checkProperty(fc.property(start, fc.integer({ min: 1, max: 800 }), (first, length) => {
    const end = first.add({ days: length });
    const last = end.subtract({ days: 1 });
    const { figures } = german;
    assert.equal(sayDetail(periodLabel({ start: first, end }), german), figures.days(first, last, true));
    const sameYear = first.year === last.year;
    // A leap year stands in where a trace names no year.
    const shown = (day: Temporal.PlainDate) => sameYear ? day.with({ year: 2000 }) : day;
    assert.equal(sayDays(showDays(first, end), german), figures.days(shown(first), shown(last), !sameYear));
  }));
});

Deno.test("several periods, corrections and their reasons are said; free text is left as it is", () => {
  const say = (text: string) => sayDetail(text, german);
  assert.equal(say("1–9 March 2026, 20 March 2026"), "1.–9. März 2026, 20. März 2026");
  assert.equal(
    say("Corrects INV-7, 1–31 March 2026: 1412.50 instead of 400.00. 1 usage event came late."),
    "Berichtigt INV-7, 1.–31. März 2026: 1.412,50 statt 400,00. 1 Nutzung wurde nachgemeldet.",
  );
  assert.equal(
    say(
      "1–31 March 2026: 0.00 instead of 400.00. 2 usage events no longer count. A value of the index diesel v2.1 changed.",
    ),
    "1.–31. März 2026: 0,00 statt 400,00. 2 Nutzungen zählen nicht mehr. Ein Wert des Index diesel v2.1 hat sich geändert.",
  );
  assert.equal(
    sayReason("1–31 March 2026 was worked out again. The vehicles on the contract changed.", german),
    "1.–31. März 2026 wurde neu berechnet. Die Fahrzeuge des Vertrags haben sich geändert.",
  );
  for (
    const text of [
      "In the workshop from 3 to 5 May",
      "1–31 Mars 2026",
      "Corrects itself",
      "31 December 2026 and more",
    ]
  ) {
    assert.equal(say(text), text);
    assert.equal(sayReason(text, german), text);
  }
  assert.equal(
    sayDescription("Volume deal, up to the minimum", german),
    "Volume deal, bis zum Mindestbetrag",
  );
  assert.equal(sayDescription("Volume deal", german), "Volume deal");
});
