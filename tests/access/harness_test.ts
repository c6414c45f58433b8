/** Every check is seen to fail: one page without a fault, and for each check a page with a fault planted in it. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { openBrowser, withPage } from "../support/browser.ts";
import { assertNothingFound, type CheckName, checkNames, checkPage } from "./harness.ts";
import { readingGrade, sentencesOf, wordFindings } from "./words_check.ts";

interface PlantedPage {
  /** In place of "Hello". */
  title?: string;
  css?: string;
  head?: string;
  body?: string;
  /** In place of the whole policy; null for none. */
  policy?: string | null;
}

const baseCss = `
  :root{color-scheme:light dark}
  body{margin:0 auto;padding:1rem;max-width:60ch;font:100%/1.5 sans-serif;color:#000;background:#fff}
  a,button,input{display:inline-block;box-sizing:border-box;min-width:44px;min-height:44px;font:inherit;color:#00215e;background:#fff}
  :focus-visible{outline:3px solid #000;outline-offset:2px}
`;

const cleanBody = `
  <h1>Your invoices</h1>
  <p>Two invoices are open. The first one is due in a week.</p>
  <p><a href="/other">See both open invoices</a></p>
  <form action="/search"><label for="name">Name of the customer</label>
  <input type="text" id="name" name="name"><button type="submit">Find the customer</button></form>`;

function htmlOf({ title = "Your invoices", css = "", head = "", body = cleanBody }: PlantedPage): string {
  return `<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width,initial-scale=1"><title>${title}</title>` +
    `<link rel="icon" href="data:,"><style>${baseCss}${css}</style>${head}</head>` +
    `<body><main id="main">${body}</main></body></html>`;
}

function respond(page: PlantedPage, status: number): Response {
  const html = htmlOf(page);
  const style = createHash("sha256").update(baseCss + (page.css ?? "")).digest("base64");
  const policy = page.policy === undefined
    ? `default-src 'none'; style-src 'sha256-${style}'; script-src 'self'; img-src 'self' data:; form-action 'self'`
    : page.policy;
  const headers = new Headers({ "content-type": "text/html; charset=utf-8" });
  if (policy !== null) headers.set("content-security-policy", policy);
  return new Response(html, { status, headers });
}

/** Text that no compression makes small. */
function noise(blocks: number): string {
  return Array.from(
    { length: blocks },
    (_, index) => createHash("sha512").update(String(index)).digest("base64"),
  ).join("");
}

const withBody = (extra: string) => cleanBody + extra;

/** For each check at least one fault, and part of what it should say. */
const faults: { check: CheckName; name: string; page: PlantedPage; says: RegExp; width?: number }[] = [
  { check: "status", name: "missing", page: {}, says: /404 instead of 200/ },
  {
    check: "bytes",
    name: "too many bytes",
    page: { head: `<!--${noise(300)}-->` },
    says: /first view is \d+ bytes/,
  },
  {
    check: "bytes",
    name: "too many requests",
    page: { body: withBody([1, 2, 3].map((n) => `<img src="/pixel.svg?${n}" alt="A dot">`).join("")) },
    says: /4 requests, the limit 3/,
  },
  {
    check: "bytes",
    name: "script without an island",
    page: { head: `<script src="/code.js" defer></script>` },
    says: /a script where there is no island/,
  },
  {
    check: "inline",
    name: "style attribute",
    page: { body: withBody(`<p style="color:red">Red</p>`) },
    says: /style attribute/,
  },
  {
    check: "inline",
    name: "event attribute",
    page: { body: withBody(`<p onclick="x()">Press</p>`) },
    says: /event attribute/,
  },
  { check: "inline", name: "script element", page: { head: "<script>1</script>" }, says: /script element/ },
  { check: "policy", name: "no policy", page: { policy: null }, says: /no Content-Security-Policy/ },
  {
    check: "policy",
    name: "unsafe policy",
    page: { policy: "default-src 'self' 'unsafe-inline' data:" },
    says: /allows unsafe code/,
  },
  {
    check: "policy",
    name: "style that the policy refuses",
    page: { policy: "default-src 'none'; img-src data:" },
    says: /Content Security Policy/,
  },
  {
    check: "markup",
    name: "doubled id",
    page: { body: withBody(`<p id="name">Again</p>`) },
    says: /no-dup-id/,
  },
  {
    check: "axe",
    name: "input without a label",
    page: { body: withBody(`<input type="text" name="lost">`) },
    says: /label/,
  },
  {
    check: "axe",
    name: "contrast of 5 to 1",
    page: { css: "p{color:#6b6b6b}" },
    says: /color-contrast-enhanced/,
  },
  {
    check: "axe",
    name: "one name for two places",
    page: {
      body: withBody(`<p><a href="/a">Read the report</a></p><p><a href="/b">Read the report</a></p>`),
    },
    says: /identical-links-same-purpose/,
  },
  {
    check: "axe",
    name: "undecided contrast",
    page: { css: "p{background:linear-gradient(#fff,#888)}" },
    says: /undecided|color-contrast/,
  },
  {
    check: "axe",
    name: "page that reloads itself",
    page: { head: `<meta http-equiv="refresh" content="3000">` },
    says: /meta-refresh/,
  },
  {
    check: "sniffer",
    name: "form without a button",
    page: {
      body:
        `<h1>Find</h1><form action="/x"><label for="q">Name</label><input type="text" id="q" name="q"></form>`,
    },
    says: /H32/,
  },
  {
    check: "targets",
    name: "small button",
    page: { css: "button{min-height:0;height:30px}" },
    says: /Find the customer.* × 30 px/,
  },
  {
    check: "targets",
    name: "small check box",
    page: {
      css: ".small{min-height:0;min-width:0;width:16px;height:16px}",
      body: withBody(`<label><input class="small" type="checkbox" name="a">Yes</label>`),
    },
    says: /px/,
  },
  {
    check: "lineLength",
    name: "line of over 80 characters",
    page: {
      css: "body{max-width:none}",
      body: withBody(`<p>${"Every mile is a line on the invoice. ".repeat(8)}</p>`),
    },
    says: /a line of \d+ characters/,
    width: 1280,
  },
  {
    check: "words",
    name: "American spelling",
    page: { body: withBody("<p>The color of the van is gray.</p>") },
    says: /British/,
  },
  {
    check: "words",
    name: "hard text",
    page: {
      body: withBody(
        `<p>${
          "Subsequent reconciliation of heterogeneous remuneration documentation necessitates comprehensive administrative authorisation procedures. "
            .repeat(5)
        }</p>`,
      ),
    },
    says: /is over 9/,
  },
  {
    check: "reflow",
    name: "box of 600 px",
    page: { css: "form{width:600px}" },
    says: /scrolls sideways: \d+ px in 320 px/,
  },
  {
    check: "largeText",
    name: "box of fixed height",
    page: { css: "h1{height:40px;overflow:hidden}" },
    says: /cut off in <h1>/,
  },
  {
    check: "spacing",
    name: "box of fixed width",
    page: { css: "h1{width:14rem;white-space:nowrap;overflow:hidden;font-size:2rem}" },
    says: /cut off in <h1>/,
  },
  { check: "focus", name: "no ring", page: { css: ":focus-visible{outline:none}" }, says: /no focus ring/ },
  {
    check: "focus",
    name: "link that Tab passes by",
    page: { body: withBody(`<p><a href="/x" tabindex="-1">Hidden way</a></p>`) },
    says: /Hidden way.*is not reached by Tab/,
  },
  {
    check: "focus",
    name: "bar over the page",
    page: {
      css: ".bar{position:fixed;left:0;right:0;bottom:0;height:85vh;background:#fff}",
      body: withBody(`<p class="bar">Always here</p>`),
    },
    says: /is covered by/,
  },
  { check: "focus", name: "ring cut off", page: { css: "form{overflow:hidden}" }, says: /focus ring cut by/ },
  {
    check: "menu",
    name: "menu that floats over links",
    page: {
      css: "#menu{left:0;top:0;margin:0;width:100%;height:100%}",
      body: `<button type="button" popovertarget="menu">Menu</button>` +
        `<div id="menu" popover><button type="button" autofocus>First</button><a href="/x">Second</a></div>${cleanBody}`,
    },
    says: /is covered by/,
  },
];

const dot = `<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>`;

Deno.test(
  { name: "every check finds its planted fault", sanitizeResources: false, sanitizeOps: false },
  async (t) => {
    const pages = new Map(faults.map(({ name, page }) => [name, page]));
    const options = { hostname: "127.0.0.1", port: 0, automaticCompression: true, onListen: () => {} };
    const server = Deno.serve(options, (request) => {
      const name = decodeURIComponent(new URL(request.url).pathname.slice(1));
      if (name === "moved") return new Response(null, { status: 303, headers: { location: "/clean" } });
      if (name === "pixel.svg") return new Response(dot, { headers: { "content-type": "image/svg+xml" } });
      if (name === "code.js") return new Response("1;", { headers: { "content-type": "text/javascript" } });
      return respond(pages.get(name) ?? {}, name === "missing" ? 404 : 200);
    });
    const url = `http://127.0.0.1:${server.addr.port}`;
    const browser = await openBrowser();
    const findings = (name: string, width: number, checks?: CheckName[]) =>
      withPage(
        browser,
        { width, scheme: "light" },
        (page) => checkPage(page, { url: `${url}/${name}` }, checks),
      );
    try {
      await t.step("a page without a fault passes them all", async () => {
        assertNothingFound(await findings("clean", 320), "the clean page");
      });
      await t.step("a page that leads to another one is not judged by that", async () => {
        assert.deepEqual(await findings("moved", 320, []), [
          { check: "address", what: "the page leads on to /clean" },
        ]);
      });
      for (const { check, name, says, width = 768 } of faults) {
        await t.step(`${check}: ${name}`, async () => {
          const found = await findings(name, width, [check]);
          assert.ok(
            found.some(({ what }) => says.test(what)),
            `found only ${JSON.stringify(found)}`,
          );
        });
      }
    } finally {
      await browser.close();
      await server.shutdown();
    }
  },
);

Deno.test("no check is without a planted fault", () => {
  assert.deepEqual(checkNames.filter((name) => !faults.some(({ check }) => check === name)), []);
});

Deno.test("the reading grade rises with longer words and sentences", () => {
  const plain = readingGrade(sentencesOf(["The van drove ten miles. You pay for eight of them."]));
  const hard = readingGrade(
    sentencesOf([
      "Subsequent reconciliation of documentation necessitates administrative authorisation of procedures.",
    ]),
  );
  assert.ok(plain < 4 && hard > 16, `${plain} ${hard}`);
});

Deno.test("words: names, codes and addresses are left alone, American forms are not", () => {
  assert.deepEqual(
    wordFindings(["Organise the fleet by size. Write to amira@color.example about C-118."]),
    [],
  );
  assert.equal(wordFindings(["We organized it."]).length, 1);
  assert.equal(wordFindings(["Please try again!"]).length, 2);
});
