/** `GET /events`: what happens in the tenant, live; `?subject=<id>` for one thing alone, `?after=<event id>` for what the page shows. */
import { define, signedIn } from "../../define.ts";
import { isStillOpen } from "../../lib/auth/sessions.ts";
import { tenantEvents } from "../../lib/realtime/stream.ts";

export const handler = define.handlers({
  GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const frames = tenantEvents({
      database: ctx.state.environment.database,
      ending: ctx.state.operations.ending,
      tenantId,
      mayRead: () => isStillOpen(ctx.state.environment, session.id),
      capabilities: session.actor.capabilities,
      lastEventId: ctx.req.headers.get("last-event-id") ?? ctx.url.searchParams.get("after") ?? undefined,
      subjectId: ctx.url.searchParams.get("subject") ?? undefined,
    });
    // `no-transform`: a proxy that compresses would hold events back.
    const headers = { "content-type": "text/event-stream", "cache-control": "no-store, no-transform" };
    return ctx.stream(frames, { headers });
  },
});
