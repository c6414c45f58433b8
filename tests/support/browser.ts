/** The browser of the tests: finds Chromium on this machine, starts it once, and opens windows by width and colour scheme. */
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

/** The browser makes no call of its own, so that a test counts only the page's requests. */
const switches = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const usualNames = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/** Path of Chromium: MILEPOST_CHROMIUM, then /usr/bin/chromium, then the PATH. */
export function findChromium(
  read: (name: string) => string | undefined = Deno.env.get,
  isFile: (path: string) => boolean = fileExists,
): string {
  const named = read("MILEPOST_CHROMIUM");
  if (named) {
    if (isFile(named)) return named;
    throw new Error(
      `MILEPOST_CHROMIUM is ${named}, and there is no such file. Set it to the path of Chromium.`,
    );
  }
  const folders = (read("PATH") ?? "").split(":").filter(Boolean);
  const candidates = [
    "/usr/bin/chromium",
    ...folders.flatMap((folder) => usualNames.map((name) => `${folder}/${name}`)),
  ];
  const found = candidates.find(isFile);
  if (found) return found;
  throw new Error(
    "The browser tests need Chromium and found none. Install it (Debian: apt-get install -y chromium), " +
      "or set MILEPOST_CHROMIUM to its path.",
  );
}

function fileExists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}

export type Scheme = "light" | "dark";

export interface Screen {
  /** CSS pixels: 320 is a small phone, 768 a tablet, 1280 a desk. */
  width: number;
  scheme: Scheme;
}

export const widths = [320, 768, 1280];
export const schemes: Scheme[] = ["light", "dark"];

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), args: switches });
}

/** A fresh profile: no cookies, an empty cache, the page's own content policy in force. */
export function openContext(browser: Browser, { width, scheme }: Screen): Promise<BrowserContext> {
  return browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme, locale: "en-GB" });
}

/** Runs `work` with a page in a fresh profile, and closes both whatever happens. */
export async function withPage<Result>(
  browser: Browser,
  screen: Screen,
  work: (page: Page) => Promise<Result>,
): Promise<Result> {
  const context = await openContext(browser, screen);
  try {
    return await work(await context.newPage());
  } finally {
    await context.close();
  }
}
