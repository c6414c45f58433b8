/** What an app does with a request: routing, middlewares, handlers, pages, layouts and errors. */
import assert from "node:assert/strict";
import { useContext } from "preact/hooks";
import { createContext } from "preact";
import { App, createDefine, HttpError, page, type PageProps, type RouteHandler } from "fresh";
import { Head } from "fresh/runtime";

const at = (path: string, init?: RequestInit) => new Request(`http://localhost${path}`, init);

async function textOf(
  app: App<Record<string, unknown>>,
  path: string,
  init?: RequestInit,
): Promise<string> {
  return await (await app.handler()(at(path, init))).text();
}

Deno.test("routing: an exact path wins over a pattern that was added before it", async () => {
  const app = new App<Record<string, unknown>>()
    .get("/books/:id", (ctx) => ctx.text(`book ${ctx.params.id}`))
    .get("/books/new", (ctx) => ctx.text("new"));
  assert.equal(await textOf(app, "/books/new"), "new");
  assert.equal(await textOf(app, "/books/7"), "book 7");
});

Deno.test("routing: parameters are decoded, and ctx.route is the pattern", async () => {
  const app = new App<Record<string, unknown>>().get(
    "/a/:name",
    (ctx) => ctx.json([ctx.params.name, ctx.route]),
  );
  assert.equal(
    await textOf(app, "/a/M%C3%BCller%20%26%20Co"),
    '["Müller & Co","/a/:name"]',
  );
});

Deno.test("routing: a broken escape in a parameter is passed on as it is", async () => {
  const app = new App<Record<string, unknown>>().get(
    "/a/:name",
    (ctx) => ctx.text(ctx.params.name),
  );
  assert.equal(await textOf(app, "/a/%E0%A4%A"), "%E0%A4%A");
});

Deno.test("routing: HEAD falls back to GET and has no body", async () => {
  const app = new App<Record<string, unknown>>().get(
    "/",
    (ctx) => ctx.text("hello", { headers: { "x-seen": "1" } }),
  );
  const response = await app.handler()(at("/", { method: "HEAD" }));
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("x-seen"), "1");
  assert.equal(await response.text(), "");
});

Deno.test("routing: a method that is not there is 405 with Allow, and OPTIONS lists the methods", async () => {
  const handler = new App<Record<string, unknown>>().get(
    "/",
    (ctx) => ctx.text(""),
  ).post("/", (ctx) => ctx.text(""))
    .handler();
  const refused = await handler(at("/", { method: "DELETE" }));
  assert.equal(refused.status, 405);
  assert.equal(refused.headers.get("allow"), "GET, POST, HEAD, OPTIONS");
  const options = await handler(at("/", { method: "OPTIONS" }));
  assert.equal(options.status, 204);
  assert.equal(options.headers.get("allow"), "GET, POST, HEAD, OPTIONS");
});

Deno.test("routing: base path", async () => {
  const app = new App<Record<string, unknown>>({ basePath: "/billing/" }).get(
    "/",
    (ctx) => ctx.text(ctx.config.basePath),
  )
    .get("/about", (ctx) => ctx.text("about"));
  assert.equal(await textOf(app, "/billing"), "/billing");
  assert.equal(await textOf(app, "/billing/about"), "about");
  assert.equal((await app.handler()(at("/about"))).status, 404);
});

Deno.test("routing: a mounted app lies below its path, with its own middlewares and error page", async () => {
  const inner = new App<Record<string, unknown>>()
    .use((ctx) => {
      ctx.state.inner = true;
      return ctx.next();
    })
    .onError((ctx) => ctx.text(`inner: ${(ctx.error as Error).message}`, { status: 500 }))
    .get("/", (ctx) => ctx.json(ctx.state))
    .get("/fails", () => {
      throw new Error("no");
    });
  const app = new App<Record<string, unknown>>().mountApp("/inner", inner).get(
    "/",
    (ctx) => ctx.json(ctx.state),
  );
  assert.equal(await textOf(app, "/inner"), '{"inner":true}');
  assert.equal(await textOf(app, "/inner/fails"), "inner: no");
  assert.equal(await textOf(app, "/"), "{}");
});

Deno.test("middleware: runs for what is added later, in order, and below its path only", async () => {
  const mark = (name: string) =>
  (
    ctx: { state: Record<string, unknown>; next: () => Promise<Response> },
  ) => {
    ctx.state.seen = [...(ctx.state.seen as string[] ?? []), name];
    return ctx.next();
  };
  const app = new App<Record<string, unknown>>()
    .use(mark("a"), mark("b"))
    .get("/", (ctx) => ctx.json(ctx.state.seen))
    .use("/admin", mark("admin"))
    .use(() => Promise.resolve(mark("lazy")))
    .get("/admin/users", (ctx) => ctx.json(ctx.state.seen))
    .get("/other", (ctx) => ctx.json(ctx.state.seen));
  assert.equal(await textOf(app, "/"), '["a","b"]');
  assert.equal(await textOf(app, "/admin/users"), '["a","b","lazy","admin"]');
  assert.equal(await textOf(app, "/other"), '["a","b","lazy"]');
});

Deno.test("middleware: sees the response of the page, of the 404 and of the error page", async () => {
  const handler = new App<Record<string, unknown>>()
    .onError((ctx) => ctx.text("sorry", { status: 500 }))
    .use(async (ctx) => {
      const response = await ctx.next();
      response.headers.set("x-outer", "1");
      return response;
    })
    .use("/deep", (ctx) => ctx.next())
    .onError("/deep", (ctx) => ctx.text("deep", { status: 500 }))
    .notFound((ctx) => ctx.text("nothing", { status: 404 }))
    .get("/deep/fails", () => {
      throw new Error("no");
    })
    .handler();
  const failed = await handler(at("/deep/fails"));
  assert.equal(await failed.text(), "deep");
  assert.equal(failed.headers.get("x-outer"), "1");
  const missing = await handler(at("/deep/missing"));
  assert.equal(missing.status, 404);
  assert.equal(await missing.text(), "nothing");
});

Deno.test("errors: production tells nothing, development shows the stack", async () => {
  const failing = (mode: "development" | "production") =>
    new App<Record<string, unknown>>({ mode }).get("/", () => {
      throw new Error("secret detail");
    });
  const logged: unknown[] = [];
  const log = console.error;
  console.error = (...values: unknown[]) => logged.push(...values);
  try {
    assert.equal(
      await textOf(failing("production"), "/"),
      "Internal Server Error",
    );
    assert.match(
      await textOf(failing("development"), "/"),
      /secret detail[\s\S]*routing_test/,
    );
  } finally {
    console.error = log;
  }
  assert.equal(logged.length, 2);
});

Deno.test("errors: an HttpError gives its status to the error page, and 404 goes to the not-found page first", async () => {
  const handler = new App<Record<string, unknown>>()
    .onError((ctx) => ctx.render(<p>error {String((ctx.error as Error).message)}</p>))
    .notFound((ctx) => ctx.render(<p>not found</p>))
    .get("/teapot", () => {
      throw new HttpError(418, "short and stout");
    })
    .get("/gone", () => {
      throw new HttpError(404);
    })
    .handler();
  const teapot = await handler(at("/teapot"));
  assert.equal(teapot.status, 418);
  assert.match(await teapot.text(), /error short and stout/);
  for (const path of ["/gone", "/never"]) {
    const response = await handler(at(path));
    assert.equal(response.status, 404);
    assert.match(await response.text(), /not found/);
  }
});

Deno.test("pages: handler data, status and headers reach the page and the response", async () => {
  const define = createDefine<Record<string, unknown>>();
  const handlers = define.handlers({
    GET: () => page({ name: "Ada" }, { status: 201, headers: { "x-page": "1" } }),
    POST: () => new Response("posted"),
  });
  const component = define.page<typeof handlers>(({ data, url }) => <h1>{data.name} at {url.pathname}</h1>);
  const app = new App<Record<string, unknown>>().route("/", {
    handlers: handlers as RouteHandler<unknown, Record<string, unknown>>,
    component,
  });
  const response = await app.handler()(at("/"));
  assert.equal(response.status, 201);
  assert.equal(response.headers.get("x-page"), "1");
  assert.equal(
    response.headers.get("content-type"),
    "text/html; charset=utf-8",
  );
  assert.equal(await response.text(), "<!DOCTYPE html><h1>Ada at /</h1>");
  assert.equal(await textOf(app, "/", { method: "POST" }), "posted");
  assert.equal((await app.handler()(at("/", { method: "PUT" }))).status, 405);
});

Deno.test("pages: async pages, and pages of every kind that answer with a Response", async () => {
  const app = new App<Record<string, unknown>>()
    .layout("*", async ({ Component }) => {
      await Promise.resolve();
      return (
        <main>
          <Component />
        </main>
      );
    })
    .route("/async", {
      component: async () => await Promise.resolve(<p>later</p>),
    })
    .route("/promise", { component: () => Promise.resolve(<p>promised</p>) })
    .route("/async-redirect", {
      component: async (ctx) => await Promise.resolve(ctx.redirect("/x")),
    })
    .route("/redirect", { component: (ctx) => ctx.redirect("/x") });
  assert.match(await textOf(app, "/async"), /<main><p>later<\/p><\/main>/);
  assert.match(await textOf(app, "/promise"), /<main><p>promised<\/p><\/main>/);
  for (const path of ["/async-redirect", "/redirect"]) {
    const response = await app.handler()(at(path));
    assert.equal(response.status, 302);
    assert.equal(response.headers.get("location"), "/x");
  }
});

Deno.test("pages: layouts nest inside the app wrapper, share context with the page, and can be skipped", async () => {
  const Name = createContext("none");
  function Wrapper({ Component }: PageProps) {
    return (
      <html>
        <head>
          <title>App</title>
        </head>
        <body>
          <Component />
        </body>
      </html>
    );
  }
  const app = new App<Record<string, unknown>>()
    .appWrapper(Wrapper)
    .layout("*", ({ Component }) => (
      <Name.Provider value="outer">
        <Component />
      </Name.Provider>
    ))
    .layout("/sub", ({ Component }) => (
      <section>
        <Component />
      </section>
    ))
    .layout("/alone", ({ Component }) => (
      <aside>
        <Component />
      </aside>
    ), { skipInheritedLayouts: true })
    .layout("/bare", ({ Component }) => (
      <i>
        <Component />
      </i>
    ), { skipAppWrapper: true });
  function Reader() {
    return <b>{useContext(Name)}</b>;
  }
  for (const path of ["/", "/sub", "/alone", "/bare"]) {
    app.get(path, (ctx) => ctx.render(<Reader />));
  }
  app.route("/nothing", {
    component: () => <Reader />,
    config: { skipInheritedLayouts: true, skipAppWrapper: true },
  });
  const body = (html: string) => /<body>(.*)<\/body>/.exec(html)?.[1];
  assert.equal(body(await textOf(app, "/")), "<b>outer</b>");
  assert.equal(
    body(await textOf(app, "/sub")),
    "<section><b>outer</b></section>",
  );
  assert.equal(body(await textOf(app, "/alone")), "<aside><b>none</b></aside>");
  assert.equal(
    await textOf(app, "/bare"),
    "<!DOCTYPE html><i><b>outer</b></i>",
  );
  assert.equal(await textOf(app, "/nothing"), "<!DOCTYPE html><b>none</b>");
});

Deno.test("head: <Head> moves into the head, the last title and meta of a name win, the rest is added", async () => {
  const app = new App<Record<string, unknown>>()
    .appWrapper(({ Component }) => (
      <html>
        <head>
          <meta charset="utf-8" />
          <title>App</title>
          <meta name="description" content="app" />
        </head>
        <body>
          <Head>
            <link rel="stylesheet" href="/a.css" key="a" />
          </Head>
          <Component />
        </body>
      </html>
    ))
    .get("/", (ctx) =>
      ctx.render(
        <p>
          <Head>
            <title>{"Page <1>"}</title>
            <meta name="description" content="page" />
            <link rel="stylesheet" href="/b.css" key="a" />
            <link rel="icon" href="/i.svg" />
          </Head>
          text
        </p>,
      ));
  const html = await textOf(app, "/");
  assert.equal(
    /<head>(.*)<\/head>/.exec(html)?.[1],
    '<meta charset="utf-8"/><title>Page &lt;1></title><meta name="description" content="page"/>' +
      '<link rel="stylesheet" href="/b.css"/><link rel="icon" href="/i.svg"/>',
  );
  assert.match(html, /<body><p>text<\/p><\/body>/);
});

Deno.test("links: the one to this page and those above it are marked", async () => {
  const app = new App<Record<string, unknown>>().get(
    "/invoices/7",
    (ctx) =>
      ctx.render(
        <nav>
          <a href="/">home</a>
          <a href="/invoices">list</a>
          <a href="/invoices/7">this</a>
          <a href="/invoices/7?page=2">next</a>
          <a href="#main">skip</a>
        </nav>,
      ),
  );
  assert.equal(
    (await textOf(app, "/invoices/7")).replace("<!DOCTYPE html>", ""),
    '<nav><a href="/">home</a><a data-ancestor="true" href="/invoices">list</a>' +
      '<a aria-current="page" data-current="true" href="/invoices/7">this</a>' +
      '<a href="/invoices/7?page=2">next</a><a href="#main">skip</a></nav>',
  );
});

Deno.test("redirect: never leaves the site by a path", async () => {
  const app = new App<Record<string, unknown>>().get(
    "/",
    (ctx) => ctx.redirect(ctx.url.searchParams.get("to")!, 303),
  );
  const cases = [
    ["//evil.test/a", "/evil.test/a"],
    ["/\\evil.test", "/evil.test"],
    ["\\\\evil.test", "/evil.test"],
    ["/\t/evil.test", "/evil.test"],
    [" //evil.test", "/evil.test"],
    ["/ok?next=//fine#//too", "/ok?next=//fine#//too"],
    ["https://else.test//x", "https://else.test//x"],
  ];
  for (const [given, expected] of cases) {
    const response = await app.handler()(
      at(`/?to=${encodeURIComponent(given)}`),
    );
    assert.equal(response.status, 303);
    assert.equal(response.headers.get("location"), expected, given);
  }
});

Deno.test("url: double slashes are collapsed, and forwarded headers count only when the proxy is trusted", async () => {
  const headers = {
    "x-forwarded-proto": "https",
    "x-forwarded-host": "fleet.example",
  };
  const app = (trustProxy: boolean) =>
    new App<Record<string, unknown>>({ trustProxy }).get(
      "/a/b",
      (ctx) => ctx.text(ctx.url.href),
    );
  assert.equal(
    await textOf(app(true), "//a//b", { headers }),
    "https://fleet.example/a/b",
  );
  assert.equal(
    await textOf(app(false), "/a/b", { headers }),
    "http://localhost/a/b",
  );
});

Deno.test("responses: text, html, json and streams", async () => {
  const app = new App<Record<string, unknown>>()
    .get("/text", (ctx) => ctx.text("a"))
    .get("/html", (ctx) => ctx.html("<p>"))
    .get("/json", (ctx) => ctx.json({ a: 1 }, { status: 202 }))
    .get("/stream", (ctx) =>
      ctx.stream(async function* () {
        yield "one ";
        await Promise.resolve();
        yield new TextEncoder().encode("two");
      }));
  assert.equal(await textOf(app, "/text"), "a");
  assert.equal(await textOf(app, "/html"), "<p>");
  assert.equal((await app.handler()(at("/json"))).status, 202);
  assert.equal(await textOf(app, "/stream"), "one two");
});
