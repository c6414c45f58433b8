/** The classes of all pages: each has a rule, and the whole sheet is the one that was looked at last. */
import assert from "node:assert/strict";
import { classNamesIn, finishPage, styleOf } from "../../components/layout/finish_page.ts";
import { cssOf } from "../../components/style/twind.ts";
import { samplePages } from "./samples/pages.tsx";

const pages = samplePages.map(({ name, html }) => ({ name, html: html() }));

function escapeSelector(name: string): string {
  return name.replace(/[^\w-]/g, (sign) => `\\${sign}`).replace(/^\d/, (digit) => `\\3${digit} `);
}

Deno.test("every class that a page shows has a rule in its sheet", () => {
  const without = pages.flatMap(({ name, html }) => {
    const { css } = styleOf(html);
    return [...classNamesIn(html)]
      .filter((className) => !isSelected(css, className))
      .map((className) => `${name}: ${className}`);
  });
  assert.deepEqual(without, []);
});

function isSelected(css: string, className: string): boolean {
  const selector = `.${escapeSelector(className)}`;
  for (let at = css.indexOf(selector); at !== -1; at = css.indexOf(selector, at + 1)) {
    if (!/[\w\\-]/.test(css[at + selector.length] ?? "")) return true;
  }
  return false;
}

Deno.test("a class without a rule would be found", () => {
  assert.equal(isSelected(cssOf(["p-4"]), "p-4"), true);
  assert.equal(isSelected(cssOf(["p-4", "mt-7"]), "mt-7"), false);
  assert.equal(isSelected(".p-40{x:y}.p-4\\:a{x:y}", "p-4"), false);
});

/** To accept a change that was looked at: MILEPOST_ACCEPT=style, once. */
Deno.test("the style sheet of all pages is the one that was looked at last", () => {
  const names = new Set(pages.flatMap(({ html }) => [...classNamesIn(html)]));
  const readable = cssOf(names).replaceAll("}", "}\n").replaceAll("\n}", "}");
  const file = new URL("./style_snapshot.txt", import.meta.url);
  if (Deno.env.get("MILEPOST_ACCEPT") === "style") Deno.writeTextFileSync(file, readable);
  assert.equal(readable, Deno.readTextFileSync(file));
});

Deno.test("no page needs script, and none names a shape that its sprite lacks", () => {
  for (const { name, html } of pages) {
    const finished = finishPage(html).html;
    assert.doesNotMatch(finished, /<script/, name);
    const named = new Set([...finished.matchAll(/href="#(i-[^"]+)"/g)].map(([, id]) => id));
    const drawn = new Set([...finished.matchAll(/<symbol id="([^"]+)"/g)].map(([, id]) => id));
    assert.deepEqual([...named].sort(), [...drawn].sort(), name);
  }
});
