/** The CSV reader: the format, exact places, broken files, and that neither chunking nor nonsense can confuse it. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkProperty } from "../../tests/support/property.ts";
import { CsvReader, type CsvRow, readRows } from "./csv.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

interface Reading {
  header: string[] | undefined;
  rows: CsvRow[];
  fault: string | undefined;
}

function read(input: string | Uint8Array, chunkSize = 65_536, options = {}): Reading {
  const bytes = typeof input === "string" ? bytesOf(input) : input;
  const reader = new CsvReader(options);
  const rows: CsvRow[] = [];
  for (let at = 0; at < bytes.length; at += chunkSize) {
    rows.push(...reader.push(bytes.subarray(at, at + chunkSize)));
  }
  rows.push(...reader.end());
  return { header: reader.header, rows, fault: reader.fault?.message };
}

const fieldsOf = (reading: Reading) => reading.rows.map((row) => row.fields);

Deno.test("rows keep their values, lines and places", () => {
  const { header, rows, fault } = read("id,km\r\na,1\r\nb,2\n\nc,3");
  assert.equal(fault, undefined);
  assert.deepEqual(header, ["id", "km"]);
  assert.deepEqual(rows, [
    { line: 2, endOffset: 12, fields: ["a", "1"], raw: "a,1" },
    { line: 3, endOffset: 16, fields: ["b", "2"], raw: "b,2" },
    { line: 5, endOffset: 20, fields: ["c", "3"], raw: "c,3" },
  ]);
});

Deno.test("quoted values hold delimiters, quotes and line ends", () => {
  const { rows } = read('a,b\n"x, ""y""\n z",2\r\n3,""\n"4",5"6\n');
  assert.deepEqual(rows.map(({ line, fields }) => ({ line, fields })), [
    { line: 2, fields: ['x, "y"\n z', "2"] },
    { line: 4, fields: ["3", ""] },
    { line: 5, fields: ["4", '5"6'] },
  ]);
  assert.equal(rows[0].raw, '"x, ""y""\n z",2');
});

Deno.test("a byte order mark is no part of the first name, and other delimiters can be named", () => {
  const { header, rows } = read("\ufeffid;km\nä;1,5\n", 65_536, { delimiter: ";" });
  assert.deepEqual(header, ["id", "km"]);
  assert.deepEqual(rows[0], { line: 2, endOffset: 16, fields: ["ä", "1,5"], raw: "ä;1,5" });
});

Deno.test("a wrong number of values is the fault of its row alone", () => {
  const { rows, fault } = read("a,b\n1\n1,2\n1,2,3\n");
  assert.equal(fault, undefined);
  assert.deepEqual(rows.map((row) => row.fault), [
    "The row has 1 value, and the header names 2.",
    undefined,
    "The row has 3 values, and the header names 2.",
  ]);
});

Deno.test("text after a closing quote is the fault of its row alone", () => {
  const { rows, fault } = read('a,b\n"1"x,2\n3,4\n');
  assert.equal(fault, undefined);
  assert.match(rows[0].fault!, /closing quote is followed by "x"/);
  assert.deepEqual(rows[1].fields, ["3", "4"]);
});

Deno.test("a file that was cut off is refused with its line, and its whole rows are kept", () => {
  for (
    const [text, how] of [
      ["a,b\n1,2\n3", /in the middle of a row \(1 of 2 values\) on line 3/],
      ['a,b\n1,2\n"3', /inside a quoted value that starts on line 3/],
      ['a,b\n1,2\n"3""', /inside a quoted value that starts on line 3/],
    ] as const
  ) {
    const { rows, fault } = read(text);
    assert.match(fault!, how);
    assert.match(fault!, /Get the whole file/);
    assert.deepEqual(rows.map((row) => row.fields), [["1", "2"]]);
  }
  const cutCharacter = read(bytesOf("a\n1\nä").slice(0, 5));
  assert.match(cutCharacter.fault!, /in the middle of a character on line 3/);
});

Deno.test("a last row without a line end is whole when it has all its values", () => {
  for (const ending of ["", "\n", "\r\n", "\r"]) {
    const { rows, fault } = read(`a,b\n1,2${ending}`);
    assert.equal(fault, undefined);
    assert.deepEqual(rows[0].fields, ["1", "2"]);
    assert.equal(rows[0].endOffset, 7 + ending.length);
  }
});

Deno.test("another encoding is refused at its byte, and says what to do", () => {
  const latin = new Uint8Array([...bytesOf("a,b\n1,2\nM"), 0xfc, ...bytesOf("ller,4\n")]);
  const { rows, fault } = read(latin);
  assert.match(fault!, /Line 3 is not UTF-8: byte 10 of the file is FC, after "M".*Save it as CSV in UTF-8/);
  assert.deepEqual(rows.map((row) => row.fields), [["1", "2"]]);
  assert.match(read(new Uint8Array([0xff, 0xfe, 0x61, 0])).fault!, /UTF-16/);
  assert.match(read(new Uint8Array([0xfe, 0xff, 0, 0x61])).fault!, /UTF-16/);
  assert.match(read(new Uint8Array([0x50, 0x4b, 3, 4, 20, 0])).fault!, /Excel workbook or a ZIP/);
  assert.match(read(new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1])).fault!, /old Excel/);
  assert.match(read(new Uint8Array([0x1f, 0x8b, 8, 0])).fault!, /gzip/);
  assert.match(read(new Uint8Array([0x28, 0xb5, 0x2f, 0xfd])).fault!, /zstd/);
  assert.match(read(new TextEncoder().encode("%PDF-1.7")).fault!, /PDF/);
  assert.match(read(new Uint8Array([0x61, 0, 0x62, 0, 0x0a, 0])).fault!, /zero byte \(byte 2/);
  // forms that a lenient decoder lets through: overlong, surrogate, above the last code point
  for (
    const bytes of [[0xc0, 0xaf], [0xe0, 0x80, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x80]]
  ) {
    assert.match(read(new Uint8Array([0x61, 0x0a, ...bytes, 0x0a])).fault!, /Line 2 is not UTF-8: byte 3/);
  }
});

Deno.test("a row above the limit ends the file without being read into memory", async () => {
  const { rows, fault } = read(`a,b\n1,2\n${"x".repeat(200)}\n`, 7, { rowLimitBytes: 100 });
  assert.match(fault!, /row that starts on line 3 \(byte 9 of the file\) is longer than 100 bytes/);
  assert.equal(rows.length, 1);
  assert.match(
    read(`a\n"${"x\n".repeat(80)}`, 9, { rowLimitBytes: 100 }).fault!,
    /quote that is never closed/,
  );
  let pulled = 0, cancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled++;
      controller.enqueue(new Uint8Array(65_536).fill(0x78));
    },
    cancel: () => void (cancelled = true),
  });
  const reading = async () => {
    for await (const _rows of readRows(endless, new CsvReader())) assert.fail("there is no row");
  };
  await assert.rejects(reading, /longer than 1 MB/);
  assert.ok(pulled * 65_536 < 2 ** 21, `${pulled} chunks were read`);
  assert.ok(cancelled);
});

Deno.test("a header that cannot work is refused", () => {
  assert.match(read("").fault!, /file is empty/);
  assert.match(read("\n\n").fault!, /file is empty/);
  assert.match(read("a,b,a\n1,2,3\n").fault!, /Two columns are called "a"/);
  assert.match(read("a,,\n1,2,3\n").fault!, /Two columns have no name/);
  assert.match(read("a,b\r1,2\r3,4\r").fault!, /carriage return alone/);
  assert.match(read('"a"x,b\n1,2\n').fault!, /header cannot be read/);
  assert.deepEqual(read("a,b\n").header, ["a", "b"]);
});

const value = fc.oneof(
  fc.string(),
  fc.string({ unit: "grapheme" }),
  fc.constantFrom("", '"', ",", "\n", "\r\n", '""', "ä", "\ufeff", "12.5"),
).map((text) => text.replaceAll("\0", "").replace(/[\ud800-\udfff]/gu, ""));

const table = fc.integer({ min: 2, max: 5 }).chain((width) =>
  fc.array(fc.array(value, { minLength: width, maxLength: width }), { maxLength: 12 })
    .map((rows) => ({ header: Array.from({ length: width }, (_, index) => `column ${index}`), rows }))
);

const written = (fields: string[], always: boolean) =>
  fields.map((field) => always || /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field).join(
    ",",
  );

Deno.test("what is written as CSV is read back, in chunks of any size", () => {
  checkProperty(
    fc.property(
      table,
      fc.boolean(),
      fc.constantFrom("\n", "\r\n"),
      fc.integer({ min: 1, max: 40 }),
      ({ header, rows }, always, lineEnd, chunkSize) => {
        const text = [header, ...rows].map((fields) => written(fields, always) + lineEnd).join("");
        const reading = read(text, chunkSize);
        assert.equal(reading.fault, undefined);
        assert.deepEqual(fieldsOf(reading), rows);
        const bytes = bytesOf(text);
        let line = 2, from = bytesOf(written(header, always) + lineEnd).length;
        for (const row of reading.rows) {
          assert.equal(row.line, line);
          const piece = new TextDecoder("utf-8", { ignoreBOM: true }).decode(
            bytes.subarray(from, row.endOffset),
          );
          assert.equal(piece, row.raw + lineEnd);
          line += piece.split("\n").length - 1;
          from = row.endOffset;
        }
        assert.equal(from, bytes.length);
      },
    ),
  );
});

Deno.test("no bytes can confuse it: every chunking gives the same rows and the same fault", () => {
  const piece = fc.oneof(
    fc.constantFrom('"', '""', ",", "\n", "\r", "\r\n", "a", "1.5", "ä", "😀", "\ufeff", "\0").map(bytesOf),
    fc.uint8Array({ maxLength: 3 }),
  );
  const file = fc.array(piece, { maxLength: 60 })
    .map((pieces) => new Uint8Array([...bytesOf("a,b\n"), ...pieces.flatMap((bytes) => [...bytes])]));
  checkProperty(
    fc.property(file, fc.integer({ min: 1, max: 9 }), (bytes, chunkSize) => {
      const whole = read(bytes, bytes.length);
      assert.deepEqual(read(bytes, chunkSize), whole);
      let line = 1, offset = 0;
      for (const row of whole.rows) {
        assert.ok(row.line > line && row.endOffset > offset);
        [line, offset] = [row.line, row.endOffset];
      }
      assert.ok(offset <= bytes.length);
    }),
  );
});
