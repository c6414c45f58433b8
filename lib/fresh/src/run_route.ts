/** Answers a request with a route: its handler for the method, then its page. */
import { type Context, internalsOf, pageProps } from "./context.ts";
import type { HandlerFn, Method, PageResponse, Route } from "./handlers.ts";
import { HttpError } from "./http_error.ts";
import { defaultPolicy } from "./middlewares/csp.ts";
import { componentVNode } from "./render/component.ts";

/** The methods a route answers itself; HEAD follows from GET. */
function methodsOf<State>(
  { component, config, handler, handlers = handler }: Route<State>,
): Method[] | "ALL" {
  if (config?.methods) return config.methods;
  if (typeof handlers === "function") return "ALL";
  const named = Object.keys(handlers ?? {}) as Method[];
  return component && !named.includes("GET") ? ["GET", ...named] : named;
}

/** Answers a method that has no handler: OPTIONS with the list of methods, the others with 405. */
export function refuseMethod<State>(ctx: Context<State>, methods: Iterable<Method>): Response {
  const all = new Set(methods);
  if (all.has("GET")) all.add("HEAD");
  const allow = [...all.add("OPTIONS")].join(", ");
  if (ctx.req.method === "OPTIONS") return new Response(null, { status: 204, headers: { allow } });
  internalsOf(ctx).allow = allow;
  throw new HttpError(405);
}

/** Runs a route. An error page (`ctx.error` is set) is shown whatever the method was. */
export async function runRoute<State>(ctx: Context<State>, route: Route<State>): Promise<Response> {
  const { component, config, handler, handlers = handler } = route;
  const own = internalsOf(ctx);
  const method = ctx.req.method as Method;
  const allowed = methodsOf(route);
  const isAllowed = allowed === "ALL" || allowed.includes(method) ||
    (method === "HEAD" && allowed.includes("GET"));
  if (ctx.error === null && !isAllowed) return refuseMethod(ctx, allowed);
  const run: HandlerFn<unknown, State> | undefined = typeof handlers === "function"
    ? handlers
    : handlers?.[method] ?? (method === "HEAD" ? handlers?.GET : undefined);
  own.routeConfig = config;
  own.css = route.css ?? [];
  const result = await run?.(ctx);
  if (result instanceof Response) return result;
  const { data, status, headers }: Partial<PageResponse<unknown>> = result ?? {};
  ctx.data = data;
  if (component === undefined) {
    throw new Error(`The handler of ${ctx.route} gave no Response, and the route has no page to render`);
  }
  const vnode = await componentVNode(component, pageProps(ctx));
  if (vnode instanceof Response) return vnode;
  const response = await ctx.render(vnode, { status, headers });
  if (config?.csp && !response.headers.has("content-security-policy")) {
    response.headers.set("content-security-policy", defaultPolicy());
  }
  return response;
}
