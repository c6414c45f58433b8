/** Whatever a text holds, the engine sets it: what no font has becomes a mark, what nobody sees is dropped. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkProperty } from "../../tests/support/property.ts";
import type { DocumentContent } from "./content.ts";
import { type Coverage, printable } from "./printable.ts";
import { openTypeset } from "./typeset.ts";

const contentWith = (text: string, language = "en"): DocumentContent => ({
  language,
  region: null,
  paper: "a4",
  window: "left",
  title: text,
  author: text,
  date: { year: 2026, month: 4, day: 2 },
  sender: { name: text, lines: [text] },
  receiver: { name: text, lines: [] },
  figure: { label: text, value: text },
  facts: [{ label: text, value: text }],
  sections: [{
    heading: `${text}.`,
    paragraphs: [text],
    table: {
      columns: [{ label: text, isFigure: false, isWide: true }],
      groups: [{ rows: [[{ text, detail: text }]] }],
    },
  }],
  appendix: null,
  foot: text,
  page: "{page} {pages}",
});

Deno.test("any text can be set, in a language of either font", () => {
  const typeset = openTypeset();
  const anyText = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.string({ unit: "grapheme", maxLength: 40 }),
    fc.array(
      fc.constantFrom(
        "e",
        "x",
        "日",
        "か",
        "\u0301",
        "\u3099",
        "\u200d",
        "\ufe0f",
        "🚚",
        "한",
        "ع",
        "\u202e",
        "\t",
        "\n",
      ),
      {
        maxLength: 12,
      },
    ).map((parts) => parts.join("")),
  );
  let count = 0;
  checkProperty(
    fc.property(anyText, fc.constantFrom("en", "ja"), (text, language) => {
      const bytes = typeset.pdf(contentWith(`a${text}`, language));
      assert.ok(bytes.length > 1000);
      count += 1;
    }),
    { oneIn: 20 },
  );
  assert.ok(count >= 100);
});

const latin: Coverage = new Set(
  [..." ~abcdefghijklmnopqrstuvwxyz\u00e9\u0302"].map((sign) => sign.codePointAt(0)!),
);
const kana: Coverage = new Set([...`かがカ日\u3099`].map((sign) => sign.codePointAt(0)!));

Deno.test("accents are joined, unseen joiners dropped, and what is missing is marked once for each sign", () => {
  const said = (text: string) => printable(text, [latin, kana]);
  assert.equal(said("plain ~ text"), "plain ~ text");
  assert.equal(said("e\u0301"), "\u00e9");
  assert.equal(said("か\u3099日"), "が日");
  assert.equal(said("x\u0302b"), "x\u0302b");
  assert.equal(said("日\u0302"), "〓"); // no one font has both
  assert.equal(said("a🚚b한"), "a〓b〓");
  assert.equal(said("👩‍🚒"), "〓"); // one sign of three
  assert.equal(said("a\u200db\ufe0f"), "ab");
});
