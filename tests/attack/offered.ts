/** Every form, filter and link that the pages offer to someone who may do everything: what attackers begin with. */
import { routesToVisit } from "../access/routes.ts";
import type { SeededApp } from "../access/start_app.ts";
import { type Ask, asksOf, kindOf } from "../isolation/crawl.ts";
import type { Visitor } from "../support/app.ts";

/** Addresses that a page opens and that never end. */
export const streams: ReadonlySet<string> = new Set(["/events"]);

const paths = [...new Set(routesToVisit.map(({ path }) => path))];

/** One ask of each kind; the addresses of the pages themselves come first. */
export async function offeredAsks({ app, fill }: SeededApp, visitor: Visitor): Promise<Ask[]> {
  const kinds = new Map<string, Ask>();
  const keep = (ask: Ask) => kinds.has(kindOf(ask)) || kinds.set(kindOf(ask), ask);
  for (const path of paths) {
    const filled = fill(path);
    keep({ method: "GET", path: filled, fields: {} });
    const answer = await app.get(filled, visitor);
    for (const ask of asksOf(await answer.text(), filled.split("?")[0])) keep(ask);
  }
  return [...kinds.values()];
}
