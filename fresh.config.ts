/** The one composition of the app: which middleware runs in which order, what pages may load, and what every answer carries. */
import { App, csrf, type FreshContext, HttpError, staticFiles } from "fresh";
import type { State } from "./define.ts";
import { dress } from "./dress.ts";
import { describeFailure } from "./failure.ts";
import { errors } from "./lib/core/errors.ts";
import { isProbe } from "./probes.ts";
import type { RunningProcess } from "./process.ts";
import { nameRequest, openRefusalLog } from "./request_log.ts";
import { type BodyPace, bodyPace, boundBody, requireSoundAddress } from "./request_body.ts";

export interface AppParts extends Omit<RunningProcess, "beginToEnd" | "close"> {
  /** The origin by which browsers reach this server. */
  origin: string;
  /** How fast bodies must come; `bodyPace` if left out. */
  bodyPace?: BodyPace;
}

/** The app over an open process. Tests and the command line compose it just like `main.ts`. */
export function composeApp(parts: AppParts): App<State> {
  const app = new App<State>();
  app.use(beginRequest(parts), countRequest, async (ctx) => await dress(ctx, await ctx.next()));
  app.use(requireSoundAddress, staticFiles());
  if (parts.config.role === "worker") app.use(refusePages);
  app.use(csrf({ origin: parts.origin }));
  app.use(boundRequest(parts));
  app.fsRoutes();
  return app;
}

type Handler = (ctx: FreshContext<State>) => Promise<Response>;

function beginRequest({ config, environment, operations, origin }: AppParts): Handler {
  return (ctx) => {
    ctx.state = {
      environment,
      config,
      operations,
      requestId: crypto.randomUUID(),
      reach: { origin, address: addressOf(ctx, config.trustedProxies) },
      session: null,
      caller: null,
      title: null,
      language: null,
      retryAfterSeconds: null,
      rate: null,
    };
    return ctx.next();
  };
}

/** Each proxy of one's own adds the address it heard from at the end; what stands before those, anyone may have written. */
function addressOf(ctx: FreshContext<State>, trustedProxies: number): string {
  const { remoteAddr } = ctx.info;
  const direct = "hostname" in remoteAddr ? remoteAddr.hostname : "local";
  if (trustedProxies === 0) return direct;
  const told = (ctx.req.headers.get("x-forwarded-for") ?? "").split(",").map((text) => text.trim());
  return told.at(-trustedProxies) || direct;
}

const logRefusal = openRefusalLog();

/** Errors are answered further out, by `routes/_error.tsx`, so they are counted here and dressed there. */
const countRequest: Handler = async (ctx) => {
  const startedMs = performance.now();
  const count = (status: number, code: string) => {
    const seconds = (performance.now() - startedMs) / 1000;
    ctx.state.operations.metrics.countRequest(ctx.req.method, ctx.route ?? "none", status, seconds);
    logRefusal(ctx.state, nameRequest(ctx.req.method, ctx.url), status, code);
  };
  try {
    const answer = await ctx.next();
    count(answer.status, "answered");
    return answer;
  } catch (error) {
    const { status, code } = describeFailure(error);
    count(status, code);
    throw error;
  }
};

/** More than any file that may be uploaded: what stands beside it in its form. */
const envelopeBytes = 1_000_000;

function boundRequest({ config, bodyPace: pace = bodyPace }: AppParts): Handler {
  return (ctx) => {
    const req = boundBody(ctx.req, config.uploadSize * 1_000_000 + envelopeBytes, pace);
    Object.assign(ctx, { req });
    return ctx.next();
  };
}

/** A process that only works tells how it is, and nothing else. */
const refusePages: Handler = (ctx) => {
  if (isProbe(ctx.url.pathname)) return ctx.next();
  throw new HttpError(404, errors.NotFound.message);
};
