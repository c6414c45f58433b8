/** Visits the product's pages as the people who use them: each route once, or in every combination of role, width and scheme. */
import type { Browser, BrowserContext } from "playwright-core";
import { openBrowser, openContext, type Screen } from "../support/browser.ts";
import { assertNothingFound, type CheckName, checkPage } from "./harness.ts";
import { allScreens, type RouteToVisit, screenOf, type Visitor } from "./routes.ts";

/** A running product with seeded data. */
export interface RunningApp {
  /** "http://127.0.0.1:41234". */
  url: string;
  /** The same without a mail server. */
  urlWithoutMail?: string;
  /** The path with `{invoice}` and the like replaced by seeded ids. */
  fill(path: string): string;
  /** Gives the profile the session of a person with this role; never called for "signed_out". */
  signIn(context: BrowserContext, visitor: Visitor): Promise<void>;
  stop(): Promise<void>;
}

interface Visit {
  route: RouteToVisit;
  visitor: Visitor;
  screen: Screen;
}

/** One visit per route with role, width and scheme rotating, or all combinations. */
export function visitsOf(routes: RouteToVisit[], all: boolean): Visit[] {
  return routes.flatMap((route, index) => {
    if (!all) return [{ route, visitor: route.as[index % route.as.length], screen: screenOf(index) }];
    return route.as.flatMap((visitor) => allScreens.map((screen) => ({ route, visitor, screen })));
  });
}

export interface VisitOptions {
  /** MILEPOST_TEST_ACCESS=all if left out. */
  all?: boolean;
  /** Every check if left out. */
  checks?: CheckName[];
}

/**
 * Starts the product, visits, and stops it again whatever happens. Each visit is a step of the test. Use as
 * `Deno.test({ name, sanitizeResources: false, sanitizeOps: false }, (t) => visitRoutes(t, routesToVisit, startApp))`.
 */
export async function visitRoutes(
  t: Deno.TestContext,
  routes: RouteToVisit[],
  startApp: () => Promise<RunningApp>,
  { all = Deno.env.get("MILEPOST_TEST_ACCESS") === "all", checks }: VisitOptions = {},
): Promise<void> {
  const app = await startApp();
  try {
    const browser = await openBrowser();
    try {
      for (const visit of visitsOf(routes, all)) {
        const { route, visitor, screen } = visit;
        const where = `${route.path} as ${visitor} at ${screen.width} px, ${screen.scheme}`;
        await t.step(
          where,
          async () => assertNothingFound(await makeVisit(browser, app, visit, checks), where),
        );
      }
    } finally {
      await browser.close();
    }
  } finally {
    await app.stop();
  }
}

async function makeVisit(
  browser: Browser,
  app: RunningApp,
  { route, visitor, screen }: Visit,
  checks?: CheckName[],
) {
  const context = await openContext(browser, screen);
  try {
    if (visitor !== "signed_out") await app.signIn(context, visitor);
    return await checkPage(
      await context.newPage(),
      { ...route, url: (route.withoutMail ? app.urlWithoutMail : app.url) + app.fill(route.path) },
      checks,
    );
  } finally {
    await context.close();
  }
}
