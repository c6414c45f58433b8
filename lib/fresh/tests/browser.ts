/** One chromium for the tests of a file, and pages that keep what they report. */
import { type Browser, chromium, type Page } from "playwright-core";
import { ensurePrograms, findChromium } from "../../../tools/test_programs.ts";

let browser: Promise<Browser> | undefined;

async function launch(): Promise<Browser> {
  await ensurePrograms(["chromium"]);
  return await chromium.launch({
    executablePath: findChromium(),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

export interface WatchedPage extends Page {
  /** Errors of scripts and of the console, and every address that was asked for, since the test began. */
  errors: string[];
  requested: string[];
}

let opened: Promise<WatchedPage> | undefined;

/** An empty page. All tests of a file take turns with one, since opening one costs more than most tests do. */
export async function emptyPage(): Promise<WatchedPage> {
  const page = await (opened ??= openPage());
  await page.goto("about:blank");
  page.errors.length = 0;
  page.requested.length = 0;
  return page;
}

async function openPage(): Promise<WatchedPage> {
  const page: WatchedPage = Object.assign(await (await (browser ??= launch())).newPage(), {
    errors: [],
    requested: [],
  });
  page.setDefaultTimeout(10_000);
  page.on("pageerror", (error) => page.errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") page.errors.push(message.text());
  });
  page.on("request", (request) => page.requested.push(new URL(request.url()).pathname));
  return page;
}

export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
  browser = opened = undefined;
}

/** Serves a handler on a free port of the loopback interface. */
export function serve(
  handler: (request: Request) => Promise<Response>,
): { url: string; close(): Promise<void> } {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, handler);
  return { url: `http://127.0.0.1:${server.addr.port}`, close: () => server.shutdown() };
}
