/** Guards that every benchmark still runs from end to end, and that what it prints can be read by a program. Never how fast. */
import assert from "node:assert/strict";
import { runTool } from "../support/milepost.ts";

const bench = (...words: string[]) => runTool(["tools/bench.ts", ...words], {});

Deno.test("every benchmark runs and ends with its figures and ratios as one JSON object", async () => {
  const { code, output, remarks } = await bench("--tiny");
  assert.equal(code, 0, remarks);
  const lines = output.trimEnd().split("\n");
  assert.equal(lines.length, 1, "progress goes to standard error");
  const outcomes: Record<string, { figures: Record<string, number>; ratios: Record<string, number> }> = JSON
    .parse(lines[0]);
  assert.deepEqual(Object.keys(outcomes), ["import", "issue", "list", "pdf", "price", "run", "start"]);
  for (const [name, { figures, ratios }] of Object.entries(outcomes)) {
    for (const values of [figures, ratios]) {
      assert.notDeepEqual(values, {}, name);
      for (const [what, value] of Object.entries(values)) {
        assert.ok(Number.isFinite(value) && value > 0, `${name}: ${what} is ${value}`);
      }
    }
  }
});

Deno.test("a name or an option that there is not is told what there is", async () => {
  const name = await bench("imports");
  assert.equal(name.code, 2);
  assert.match(
    name.remarks,
    /No benchmark is called imports\. There are: import, issue, list, pdf, price, run, start\./,
  );
  const option = await bench("price", "--fast");
  assert.equal(option.code, 2);
  assert.match(option.remarks, /--long .* or --tiny .*, not --fast/);
});
