/** What Twind makes of our class names, minified and in a known order, whoever asks first. */
import assert from "node:assert/strict";
import { cssOf, minify } from "./twind.ts";

Deno.test("css of a page holds the base and only the classes it names", () => {
  const css = cssOf(["p-4"]);
  assert.match(css, /^:root\{/);
  assert.match(css, /\.p-4\{padding:1rem\}/);
  assert.doesNotMatch(css, /\.ledger/);
});

Deno.test("css does not depend on the order of the names or on what was asked before", () => {
  const names = ["stacked", "ledger", "md:p-8", "p-4", "tight", "hover:underline"];
  const first = cssOf(names);
  cssOf(["grid", "text-bad"]);
  assert.equal(cssOf([...names].reverse()), first);
});

Deno.test("a pattern keeps the order it is written in, and a utility on the same element wins over it", () => {
  const css = cssOf(["tight", "ledger", "badge", "p-0"]);
  assert.ok(css.indexOf(".ledger th") < css.indexOf(".tight th"));
  assert.ok(css.indexOf(".badge") < css.indexOf(".p-0"));
});

Deno.test("an unknown name has no rule: the theme allows only what the look allows", () => {
  assert.equal(cssOf(["mt-7", "text-red-500", "p-[13px]x", "no-such-name"]), cssOf([]));
});

Deno.test("markers are stripped, and neighbouring blocks of one media query become one", () => {
  const css = minify(
    "/*!a,b*/.a{color:red}/*!c*/@media (min-width:1rem){.b{margin:0px}}/*!d*/@media (min-width:1rem){.c{margin:1px}}",
  );
  assert.equal(css, ".a{color:red}@media (min-width:1rem){.b{margin:0}.c{margin:1px}}");
});

Deno.test("markers of Twind never reach a page", () => {
  assert.doesNotMatch(cssOf(["p-4", "md:p-8", "ledger", "stacked"]), /\/\*/);
});
