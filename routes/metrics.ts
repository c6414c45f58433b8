/** Figures of this process and its jobs for Prometheus, to whoever has the token or asks from this machine itself. */
import { timingSafeEqual } from "node:crypto";
import type { FreshContext } from "fresh";
import { define, type State } from "../define.ts";
import { milepostError } from "../lib/core/errors.ts";
import { hashToken } from "../lib/auth/sessions.ts";
import { readJobCounts } from "../lib/ops/job_counts.ts";
import type { Gauge } from "../lib/ops/metrics.ts";

export const handler = define.handlers({
  async GET(ctx) {
    if (!mayRead(ctx)) {
      throw milepostError("NotPermitted", {
        message: "Send MILEPOST_METRICS_TOKEN as a bearer token, or ask from the machine itself.",
      });
    }
    const { operations, environment } = ctx.state;
    const gauges = [...processGauges(), await readJobCounts(environment.database)];
    return new Response(operations.metrics.toText(gauges), {
      headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8", "cache-control": "no-store" },
    });
  },
});

function mayRead({ req, state, info }: FreshContext<State>): boolean {
  const { metricsToken } = state.config;
  if (metricsToken) {
    const given = /^Bearer (\S+)$/.exec(req.headers.get("authorization") ?? "")?.[1] ?? "";
    return timingSafeEqual(hashToken(given), hashToken(metricsToken));
  }
  // What a proxy on this machine passes on also comes from here, and says so.
  const isPassedOn = req.headers.has("x-forwarded-for") || req.headers.has("forwarded");
  const { remoteAddr } = info;
  return !isPassedOn && "hostname" in remoteAddr && /^(?:127\.|::1$|localhost$)/.test(remoteAddr.hostname);
}

function processGauges(): Gauge[] {
  const { rss, heapUsed } = Deno.memoryUsage();
  return [
    {
      name: "process_resident_memory_bytes",
      help: "Memory that the process holds.",
      values: [{ value: rss }],
    },
    {
      name: "process_heap_bytes",
      help: "Memory that JavaScript objects take.",
      values: [{ value: heapUsed }],
    },
    {
      name: "process_start_time_seconds",
      help: "When the process started, in seconds since 1970.",
      values: [{ value: Math.round(performance.timeOrigin / 1000) }],
    },
  ];
}
