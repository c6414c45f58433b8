/** `POST /api/v1/usage-events`: up to 1,000 events, as one JSON object or as lines of JSON, all of them answered for. */
import type { FreshContext } from "fresh";
import { define, type State } from "../../../define.ts";
import { requireCapability } from "../../../lib/auth/policy.ts";
import { execute } from "../../../lib/core/command.ts";
import { milepostError, refuseField } from "../../../lib/core/errors.ts";
import { mostEventsPerBatch, recordUsageEvents } from "../../../lib/usage/record_events.ts";
import { callerOf, parseJson, readText } from "./(_request)/request.ts";

const largestBody = 5_000_000;
const keyHeader = "idempotency-key";

export const handler = define.handlers({
  async POST(ctx) {
    const { tenantId, actor } = callerOf(ctx.state);
    requireCapability(actor, "usage.import"); // before the body is read, not behind it
    const batch = await readBatch(ctx);
    const key = ctx.req.headers.get(keyHeader) ?? undefined;
    const answer = await execute(ctx.state.environment, recordUsageEvents, { tenantId, actor, key }, batch);
    return Response.json(answer);
  },
});

async function readBatch({ req, url }: FreshContext<State>): Promise<{ source: string; events: unknown[] }> {
  const type = (req.headers.get("content-type") ?? "").split(";")[0].trim().toLowerCase();
  const text = await readText(req, largestBody);
  if (type === "application/x-ndjson") {
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    requireCount(lines.length);
    const events = lines.map((line, index) => parseJson(line, `Line ${index + 1}`));
    return { source: url.searchParams.get("source") ?? "api", events };
  }
  const body = parseJson(text, "The body");
  if (typeof body !== "object" || body === null || Array.isArray(body) || !("events" in body)) {
    throw milepostError("InvalidInput", {
      message:
        'Send an object with a list of events: {"events": [{"id": …, "event": …, "at": …, "vehicle": …}]}.',
      fields: [{ field: "$.events", rule: "A list of 1 to 1,000 events." }],
    });
  }
  const { events, source = "api", ...others } = body as { events: unknown; source?: unknown };
  const unknown = Object.keys(others)[0];
  if (unknown !== undefined) {
    refuseField(`$.${unknown}`, unknown, "Leave it out: source and events are allowed.");
  }
  if (!Array.isArray(events)) refuseField("$.events", JSON.stringify(events), "Send a list of events.");
  if (typeof source !== "string") {
    refuseField("$.source", JSON.stringify(source), "Use a text.", "telematics");
  }
  requireCount(events.length);
  return { source, events };
}

function requireCount(count: number): void {
  if (count >= 1 && count <= mostEventsPerBatch) return;
  refuseField("$.events", String(count), `Send 1 to ${mostEventsPerBatch} events at a time.`);
}
