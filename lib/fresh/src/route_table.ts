/** What an app's calls add up to: the tree of segments, the router, and how a request runs through both. */
import { type Context, type Frame, internalsOf } from "./context.ts";
import { type Method, methods, type MiddlewareFn, type Route, runMiddlewares } from "./handlers.ts";
import { HttpError, statusOf } from "./http_error.ts";
import { Router } from "./router.ts";
import { refuseMethod, runRoute } from "./run_route.ts";
import {
  type Layout,
  newSegment,
  type Responder,
  type Segment,
  segmentAt,
  segmentNames,
  segmentsTo,
  segmentsUnder,
} from "./segments.ts";

/** The middlewares of one segment that stood before the route was added. */
interface Step<State> {
  segment: Segment<State>;
  middlewares: readonly MiddlewareFn<State>[];
  layout?: Layout<State>;
}

interface Target<State> {
  steps: readonly Step<State>[];
  run: (ctx: Context<State>) => Promise<Response>;
}

export class RouteTable<State> {
  #root: Segment<State> = newSegment();
  #router = new Router<Target<State>>();

  segment(names: readonly string[]): Segment<State> {
    return segmentAt(this.#root, names);
  }

  /** Adds middlewares as the answer to a method. `names` is the segment they lie in, where it is not the pattern's own. */
  handle(
    pattern: string,
    method: Method | "ALL",
    middlewares: MiddlewareFn<State>[],
    names?: string[],
  ): void {
    const steps = stepsOf(segmentsTo(this.#root, names ?? segmentNames(pattern)));
    this.#router.add(pattern, method, {
      steps,
      run: (ctx) => runMiddlewares(middlewares, ctx, () => Promise.reject(new HttpError(404))),
    });
  }

  /** Adds a route, which decides itself which methods it answers. */
  route(pattern: string, load: () => Route<State> | Promise<Route<State>>, names?: string[]): void {
    this.handle(pattern, "ALL", [async (ctx) => runRoute(ctx, await load())], names);
  }

  /** Runs a request through middlewares, handler and error pages. Rejects with what no error page answered. */
  async respond(ctx: Context<State>): Promise<Response> {
    const match = this.#router.match(ctx.url);
    if (match === undefined) {
      const steps = stepsOf(segmentsUnder(this.#root, ctx.url.pathname));
      return await run(ctx, steps, () => Promise.reject(new HttpError(404)));
    }
    const { entry, params } = match;
    ctx.params = params;
    ctx.route = entry.pattern;
    const method = ctx.req.method as Method;
    const target = entry.byMethod.get(method) ??
      (method === "HEAD" ? entry.byMethod.get("GET") : undefined) ??
      (methods.includes(method) ? entry.any : undefined);
    if (target) return await run(ctx, target.steps, () => target.run(ctx));
    const [neighbour] = [...entry.byMethod.values(), ...(entry.any ? [entry.any] : [])];
    return await run(
      ctx,
      neighbour.steps,
      () => Promise.resolve().then(() => refuseMethod(ctx, entry.any ? methods : entry.byMethod.keys())),
    );
  }
}

function stepsOf<State>(segments: readonly Segment<State>[]): Step<State>[] {
  return segments.map((segment) => ({
    segment,
    middlewares: [...segment.middlewares],
    layout: segment.layout,
  }));
}

/** Runs the middlewares of each segment around those of the next; each segment answers the errors from within. */
function run<State>(
  ctx: Context<State>,
  steps: readonly Step<State>[],
  last: () => Promise<Response>,
): Promise<Response> {
  const frames: Frame<State>[] = [];
  let frame: Frame<State> = { layouts: [] };
  let notFoundAt = -1;
  steps.forEach(({ segment, layout }, index) => {
    frame = {
      appWrapper: segment.appWrapper ?? frame.appWrapper,
      layouts: layout ? [...frame.layouts, layout] : frame.layouts,
    };
    frames.push(frame);
    if (segment.notFound) notFoundAt = index;
  });

  const own = internalsOf(ctx);
  const enter = async (index: number): Promise<Response> => {
    if (index === steps.length) {
      own.frame = frame;
      return await last();
    }
    const { segment, middlewares } = steps[index];
    try {
      own.frame = frames[index];
      return await runMiddlewares(middlewares, ctx, () => enter(index + 1));
    } catch (error) {
      const responder = statusOf(error) === 404 && notFoundAt >= 0
        ? notFoundAt === index ? segment.notFound : undefined
        : segment.onError;
      if (responder === undefined) throw error;
      own.frame = frames[index];
      return await respondTo(error, responder, ctx);
    }
  };
  return enter(0);
}

async function respondTo<State>(
  error: unknown,
  responder: Responder<State>,
  ctx: Context<State>,
): Promise<Response> {
  ctx.error = error;
  const answer = typeof responder === "function" ? await responder(ctx) : responder;
  if (answer instanceof Response) return answer;
  const { handler, handlers = handler } = answer;
  if (!(error instanceof HttpError) && handlers === undefined) console.error(error);
  return await runRoute(ctx, answer);
}
