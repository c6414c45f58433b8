/** Which transactions a snapshot sees. */
import assert from "node:assert/strict";
import { snapshotReader } from "./changed_periods.ts";

const cases: readonly [snapshot: string, seen: string[], unseen: string[]][] = [
  ["10:10:", ["9", "1"], ["10", "11", "100"]],
  ["10:20:10,14,15", ["9", "11", "13", "16", "19"], ["10", "14", "15", "20", "21"]],
  ["9999999999:10000000001:9999999999", ["9999999998", "10000000000"], ["9999999999", "10000000001"]],
];

for (const [snapshot, seen, unseen] of cases) {
  Deno.test(`${snapshot} sees ${seen.join(", ")} and not ${unseen.join(", ")}`, () => {
    const isSeen = snapshotReader(snapshot);
    assert.deepEqual([...seen, ...unseen].filter(isSeen), seen);
  });
}
