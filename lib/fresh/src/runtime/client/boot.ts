/** The script of a page whose islands all wait: it loads Preact and the island when the first one is due. */
import { schedule, takePayload } from "./schedule.ts";

const payload = takePayload();
if (payload) {
  schedule(payload, async (start) => {
    const runtime = "./runtime.js";
    const { hydrateIsland } = await import(runtime) as typeof import("./runtime.ts");
    await hydrateIsland(start, payload);
  });
}
