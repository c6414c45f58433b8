/** Says whether the process can do its work now: database, migrations, queue. */
import { define } from "../../define.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { ok, checks } = await ctx.state.operations.readiness();
    const answer = { ok, checks: Object.fromEntries(checks.map(({ name, ok }) => [name, ok])) };
    const headers: HeadersInit = { "cache-control": "no-store", ...(ok ? {} : { "retry-after": "5" }) };
    return Response.json(answer, { status: ok ? 200 : 503, headers });
  },
});
