/** What is written is read again as it was, but for the apostrophe before what would be a formula. */
import assert from "node:assert/strict";
import { CsvReader } from "./csv.ts";
import { csvFile, csvLine, withoutGuard } from "./csv_writer.ts";

function readAgain(text: string): string[][] {
  const reader = new CsvReader();
  const rows = [...reader.push(new TextEncoder().encode(text)), ...reader.end()];
  assert.equal(reader.fault, undefined);
  return [reader.header!, ...rows.map(({ fields }) => fields)];
}

Deno.test("commas, quotes and line ends survive, and an empty value is an empty field", () => {
  const values = ["Brightwater, Leeds", 'The "Wharf"', "18 Canal Wharf\nLeeds", "Zürich 東京", "plain"];
  assert.equal(csvLine([null, 30, 7n]), ",30,7\r\n");
  assert.deepEqual(readAgain(csvLine(["a", "b", "c", "d", "e"]) + csvLine(values))[1], values);
});

Deno.test("no value starts a formula", () => {
  for (const start of ["=", "+", "-", "@", "\t", "\r"]) {
    const value = `${start}HYPERLINK("http://thief.example")`;
    assert.deepEqual(readAgain(csvLine(["name"]) + csvLine([value]))[1], [`'${value}`]);
  }
  assert.equal(csvLine(["a=b", "1-2"]), "a=b,1-2\r\n");
});

Deno.test("each value is read again as it was: only the apostrophe that was put there is taken off", () => {
  const values = ["=1+1", "'=1+1", "''-5", "+44 20", "'quoted'", "it's", "'", "''", "-", "", "\t=x", "a=b"];
  const [, read] = readAgain(csvLine(values.map((_, index) => `c${index}`)) + csvLine(values));
  assert.deepEqual(read.map(withoutGuard), values);
  assert.equal(read[1], "''=1+1");
});

Deno.test("a file is asked for batch by batch, each after the last row of the one before", async () => {
  const batches = [[1, 2], [3], []];
  const asked: (number | undefined)[] = [];
  const parts: string[] = [];
  const file = csvFile([{ name: "number", value: (row: number) => row }], (last) => {
    asked.push(last);
    return Promise.resolve(batches[asked.length - 1]);
  });
  for await (const part of file) parts.push(part);
  assert.deepEqual(parts, ["number\r\n", "1\r\n2\r\n", "3\r\n"]);
  assert.deepEqual(asked, [undefined, 2, 3]);
});

Deno.test("a number below zero stays a number, so that it can be summed", () => {
  assert.equal(csvLine(["-412.00", "-5", "-5+1", "-1e5", "-.5"]), "-412.00,-5,'-5+1,'-1e5,'-.5\r\n");
});
