/** A page of a list knows its rows and whether others stand before and after it. */
import assert from "node:assert/strict";
import { type Cursor, cutPage } from "./cursor_page.ts";

const all = ["a", "b", "c", "d", "e"];
const size = 2;

/** As a query reads them: from the cursor on, one row more than fits. */
function pageFrom(cursor?: Cursor) {
  const rows = cursor === undefined
    ? all
    : "after" in cursor
    ? all.filter((key) => key > cursor.after)
    : all.filter((key) => key < cursor.before).reverse();
  return cutPage(rows.slice(0, size + 1), size, cursor, (key) => key);
}

Deno.test("pages walk forward to the end and back to the start, each row once", () => {
  const first = pageFrom();
  assert.deepEqual(first, { rows: ["a", "b"], next: { after: "b" } });
  const second = pageFrom(first.next);
  assert.deepEqual(second, { rows: ["c", "d"], previous: { before: "c" }, next: { after: "d" } });
  const last = pageFrom(second.next);
  assert.deepEqual(last, { rows: ["e"], previous: { before: "e" } });
  assert.deepEqual(pageFrom(last.previous), second);
  assert.deepEqual(pageFrom(second.previous), first);
});

Deno.test("a page behind the end of the list leads nowhere", () => {
  assert.deepEqual(pageFrom({ after: "z" }), { rows: [] });
});
