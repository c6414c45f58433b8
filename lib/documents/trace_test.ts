/** Every step that a price model can write is said in every language, and no English is left in it. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { anyCase } from "../../tests/support/generated_price_cases.ts";
import { priceJson } from "../../tests/support/price_case.ts";
import { checkProperty } from "../../tests/support/property.ts";
import { languageOf } from "./language.ts";
import { isSaid, sayTrace, type Step } from "./trace.ts";

const languages = ["en-GB", "de-DE", "fr-FR", "es-ES", "ja-JP"];

Deno.test("every step of any trace has words in every language", () => {
  let steps = 0;
  checkProperty(fc.property(anyCase, (input) => {
    for (const { trace } of priceJson(input).lines) {
      for (const step of trace) {
        steps += 1;
        assert.ok(isSaid(step, languageOf("de-DE")), step);
      }
    }
  }));
  assert.ok(steps > 10_000, `only ${steps} steps`);
});

Deno.test("no digit of a step is lost or changed on the way into another language", () => {
  const digits = (text: string) => [...text.replaceAll(/[^\d]/g, "")].sort().join("");
  checkProperty(
    fc.property(anyCase, fc.constantFrom(...languages), (input, tag) => {
      const amount = { plain: "no such amount", shown: "", rounded: "" };
      for (const { trace } of priceJson(input).lines) {
        const said = sayTrace(trace, amount, languageOf(tag));
        trace.forEach((step, index) => {
          // Months stand as numbers in Japanese, and what is said may repeat a bound.
          if (tag === "ja-JP" || /January|December/.test(step)) return;
          const { words, sum, result } = said[index];
          assert.equal(digits(`${words} ${sum} ${result}`), digits(step), step);
        });
      }
    }),
    { oneIn: 4 },
  );
});

const say = (tag: string, ...steps: string[]): Step[] =>
  sayTrace(steps, { plain: "−12.40", shown: "−€12.40", rounded: "rounded" }, languageOf(tag));

Deno.test("steps of each kind read in German as a German would write them", () => {
  const found = say(
    "de-DE",
    "Sum of km over 3 trip events: 1234.5",
    "Run of odometer, last reading minus first: 99",
    "Free units: 1234.5 − 100 = 1134.5",
    "v1: 22 of 31 days (10 to 31 January), 3 of 31 days (1 to 3 January)",
    "Vehicles: 22/31 + 1 = 1.709677419354",
    "h1: 26 hours, cheapest as 1 day × 30.00 + 2 hours × 5.00 = 40.00",
    "diesel 2.31 from 15 January 2024: 0.10 + ⌊(2.31 − 2) ÷ 0.05⌋ × 0.01, cut to the ceiling = 0.15",
    "Pool of 2 vehicles: 2 × 1000 × 20/31 = 1290.322580645161",
    "Without a vehicle: 5 − 0 = 5 above its own, its part is 1.25",
    "At other times: 2 × 0.50 = 1.00",
    "−10% of 412.00 (lease, miles) = −41.20",
    "Of it at S 20%: −60.00",
    "Minimum for 17 of 31 days: 500.00 × 17/31 = 274.19",
    "Cap 500.00, billed 530.00: 30.00 above it",
    "Corrects invoice INV-7 for 1–31 March 2026. 2 usage events came late. The terms of the contract changed.",
    "The sum of the above = −12.40",
  ).map(({ words, sum, result }) => [words, sum, result].filter(Boolean).join(" | "));
  assert.deepEqual(found, [
    "Summe von „km“ über 3 Ereignisse „trip“ | 1.234,5",
    "Verlauf von „odometer“, letzter Stand minus erster | 99",
    "Freimenge | 1.234,5 − 100 | 1.134,5",
    "v1: 22 von 31 Tagen (10.–31. Januar), 3 von 31 Tagen (1.–3. Januar)",
    "Fahrzeuge | 22/31 + 1 | 1,709677419354",
    "h1: 26 Stunden, am günstigsten | 1 Tag × 30,00 + 2 Stunden × 5,00 | 40,00",
    "diesel 2,31 ab 15. Januar 2024, in ganzen Schritten, auf die Obergrenze gesenkt | 0,10 + [(2,31 − 2) ÷ 0,05] × 0,01 | 0,15",
    "Gemeinsame Menge für 2 Fahrzeuge | 2 × 1.000 × 20/31 | 1.290,322580645161",
    "Ohne Fahrzeug, über dem eigenen Teil | 5 − 0 = 5 | Anteil 1,25",
    "Zu anderen Zeiten | 2 × 0,50 | 1,00",
    "10\u00a0% Nachlass auf 412,00 (lease, miles) | −41,20",
    "Davon zu S 20\u00a0% | −60,00",
    "Mindestbetrag für 17 von 31 Tagen | 500,00 × 17/31 | 274,19",
    "Höchstbetrag 500,00, berechnet 530,00; darüber | 30,00",
    "Berichtigt Rechnung INV-7 für 1.–31. März 2026. 2 Nutzungen wurden nachgemeldet. Die Bedingungen des Vertrags haben sich geändert.",
    "rounded | Die Summe von oben | −€12.40",
  ]);
});

Deno.test("a step that nothing knows is printed as it is", () => {
  assert.deepEqual(say("fr-FR", "Something new"), [{ words: "Something new", sum: "", result: "" }]);
});
