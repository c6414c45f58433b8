/** Says that the process is alive; it asks nobody else, so that a slow database does not get it restarted. */
import { define } from "../../define.ts";

export const handler = define.handlers({
  GET: () => Response.json({ ok: true }, { headers: { "cache-control": "no-store" } }),
});
