/** The last step of a page: its classes become a style sheet, its shapes a sprite, and the policy names that sheet. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { renderToString } from "preact-render-to-string";
import { Badge } from "../ui/badge.tsx";
import { Document } from "./document.tsx";
import { classNamesIn, finishPage, finishResponse, pagePolicy, styleOf } from "./finish_page.ts";
import { Paper } from "./paper.tsx";

function pageOf(body: preact.ComponentChildren): string {
  return "<!DOCTYPE html>" + renderToString(<Document title="A page">{body}</Document>);
}

const htmlHeaders = { "content-type": "text/html; charset=utf-8" };

Deno.test("class names are read once each, with their escapes undone", () => {
  const names = classNamesIn(
    `<p class="p-4 md:p-8"><i class="[&amp;&gt;li]:mt-2 p-4  before:content-[&quot;x&quot;]"></i></p>`,
  );
  assert.deepEqual([...names], ["p-4", "md:p-8", "[&>li]:mt-2", `before:content-["x"]`]);
});

Deno.test("the sheet stands in the head once, and its hash is that of its bytes", () => {
  const { html, styleHash } = finishPage(pageOf(<p class="p-4">Words with $& and $1</p>));
  const sheets = [...html.matchAll(/<style>([^]*?)<\/style>/g)];
  assert.equal(sheets.length, 1);
  assert.ok(html.indexOf("<style>") < html.indexOf("</head>"));
  assert.equal(styleHash, `'sha256-${createHash("sha256").update(sheets[0][1]).digest("base64")}'`);
  assert.match(html, /Words with \$&amp; and \$1/);
});

Deno.test("only the shapes that the page shows are in its sprite, at the end of the body", () => {
  const { html } = finishPage(pageOf(<Badge state="overdue">Overdue 6 days</Badge>));
  assert.deepEqual([...html.matchAll(/<symbol id="([^"]+)"/g)].map(([, id]) => id), ["i-overdue"]);
  assert.match(html, /<\/symbol><\/svg><\/body><\/html>$/);
  assert.doesNotMatch(finishPage(pageOf(<p>No shape</p>)).html, /<symbol/);
});

Deno.test("text of a reader that looks like a class or an end tag changes nothing", () => {
  const { html } = finishPage(pageOf(<p title={` class="text-bad"`}>{"</head></body>"}</p>));
  assert.equal(html.match(/<style>/g)?.length, 1);
  assert.doesNotMatch(html, /\.text-bad/);
  assert.match(html, /&lt;\/head&gt;&lt;\/body&gt;/);
});

Deno.test("the same set of classes gives the same sheet, whatever the words", () => {
  const first = styleOf(pageOf(<p class="p-4 text-bad">One</p>));
  const second = styleOf(pageOf(<div class="text-bad p-4">Two</div>));
  assert.equal(first.styleHash, second.styleHash);
});

Deno.test("a page for paper repeats its foot on every sheet, and no name breaks out of the rule", () => {
  const paper = (foot: string) =>
    styleOf(
      pageOf(
        <Paper back={{ label: "Back", href: "/" }} runningFoot={foot} signOutAction="/sign-out">Text</Paper>,
      ),
    ).css;
  assert.match(
    paper("INV-2026-1731, Calder Fleet Services Ltd"),
    /content:"INV-2026-1731, Calder Fleet Services Ltd"/,
  );
  assert.match(paper("A"), /"Page " counter\(page\) " of " counter\(pages\)/);
  const hostile = paper(`"}</style><b>\\`);
  assert.doesNotMatch(hostile, /<\/style|"\}<|<b>/);
  assert.doesNotMatch(styleOf(pageOf(<p>Not for paper</p>)).css, /@page/);
});

Deno.test("an answer in HTML gets its sheet and its policy, and keeps status and headers", async () => {
  const headers = { ...htmlHeaders, "set-cookie": "a=1", "content-length": "5" };
  const finished = await finishResponse(
    new Response(pageOf(<p class="p-4">No</p>), { status: 422, headers }),
  );
  const html = await finished.text();
  assert.equal(finished.status, 422);
  assert.equal(finished.headers.get("set-cookie"), "a=1");
  assert.equal(finished.headers.get("content-length"), null);
  assert.equal(
    finished.headers.get("content-security-policy"),
    pagePolicy(styleOf(html.replace(/<style>.*<\/style>/, "")).styleHash),
  );
});

Deno.test("an answer that is no page, or has no body, passes unchanged", async () => {
  const json = Response.json({ html: "</head>" });
  assert.equal(await finishResponse(json), json);
  const empty = new Response(null, { status: 304, headers: htmlHeaders });
  assert.equal(await finishResponse(empty), empty);
});

Deno.test("the policy allows the page's own files and its one sheet, nothing inline and nothing from elsewhere", () => {
  const policy = pagePolicy("'sha256-abc'");
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /style-src 'sha256-abc'(;|$)/);
  assert.doesNotMatch(policy, /unsafe|\*|https?:/);
});
