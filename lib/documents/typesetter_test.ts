/** Threads that set documents: the one who asks goes on meanwhile, a document that fails fails alone, and a queue has an end. */
import assert from "node:assert/strict";
import { isMilepostError } from "../core/errors.ts";
import type { DocumentContent } from "./content.ts";
import { openTypesetter } from "./typesetter.ts";

const content = (title: string, rows = 1): DocumentContent => ({
  language: "en",
  region: "GB",
  paper: "a4",
  window: "left",
  title,
  author: "Calder",
  date: { year: 2026, month: 4, day: 2 },
  sender: { name: "Calder", lines: [] },
  receiver: { name: "Oak", lines: [] },
  figure: null,
  facts: [{ label: "Issued", value: "2 April 2026" }],
  sections: [{
    heading: "Lines",
    table: {
      columns: [{ label: "What", isFigure: false, isWide: true }],
      groups: [{ rows: Array.from({ length: rows }, (_, index) => [`Row ${index} of ${title}`]) }],
    },
  }],
  appendix: null,
  foot: "Calder",
  page: "Page {page} of {pages}",
});

const refusal = (work: Promise<unknown>) => work.then(() => "set", (error) => error);

Deno.test("whoever asks goes on while a long document is set", async () => {
  const typesetter = openTypesetter({ threads: 1 });
  const order: string[] = [];
  const long = typesetter.pdf(content("long", 400)).then(() => order.push("document"));
  await new Promise((resolve) => setTimeout(resolve, 0)).then(() => order.push("asker"));
  await long;
  await typesetter.close();
  assert.deepEqual(order, ["asker", "document"]);
});

Deno.test("each gets its own document, whichever thread sets it and in which order", async () => {
  const typesetter = openTypesetter({ threads: 2 });
  const titles = Array.from({ length: 12 }, (_, index) => `No ${index}`);
  const found = await Promise.all(
    titles.map((title, index) => typesetter.pdf(content(title, index % 3 * 40 + 1))),
  );
  await typesetter.close();
  found.forEach((bytes, index) => {
    assert.match(new TextDecoder("latin1").decode(bytes), new RegExp(`<dc:title>.*>${titles[index]}<`));
  });
});

Deno.test("a document that the engine refuses fails alone", async () => {
  const typesetter = openTypesetter({ threads: 1 });
  const wrong = typesetter.pdf({ ...content("wrong"), date: { year: 2026, month: 13, day: 1 } });
  const good = typesetter.pdf(content("good"));
  assert.match((await refusal(wrong)).message, /could not be set/);
  assert.ok((await good).length > 1000);
  await typesetter.close();
});

Deno.test("what would wait too long is refused at once, and closing refuses what waits", async () => {
  const typesetter = openTypesetter({ threads: 1 });
  const asked = Array.from({ length: 202 }, (_, index) => refusal(typesetter.pdf(content(`No ${index}`))));
  assert.ok(isMilepostError(await asked[201], "DocumentsBusy"));
  await typesetter.close();
  const answers = await Promise.all(asked);
  assert.ok(answers.slice(150).every((answer) => isMilepostError(answer, "DocumentsBusy")));
  assert.ok(isMilepostError(await refusal(typesetter.pdf(content("late"))), "DocumentsBusy"));
});
