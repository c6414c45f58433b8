/** Tells browsers which other sites may read the app's responses. */
import type { Context } from "../context.ts";
import type { MiddlewareFn } from "../handlers.ts";

export interface CORSOptions<State> {
  /** Allowed origins; `*` (the default) allows every site and no credentials. A function gives the one to allow. */
  origin?:
    | string
    | string[]
    | ((origin: string, ctx: Context<State>) => string | null | undefined);
  allowMethods?: string[];
  /** Default: whatever the preflight asks for. */
  allowHeaders?: string[];
  exposeHeaders?: string[];
  /** How long a preflight holds, in seconds. */
  maxAge?: number;
  credentials?: boolean;
}

export function cors<State>(options: CORSOptions<State> = {}): MiddlewareFn<State> {
  const {
    origin: allowed = "*",
    allowMethods = ["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH"],
    allowHeaders = [],
    exposeHeaders = [],
    maxAge,
    credentials = false,
  } = options;
  if (credentials && allowed === "*") {
    throw new TypeError('cors(): credentials need named origins; browsers refuse them together with "*"');
  }
  const allow = (origin: string, ctx: Context<State>): string | null => {
    if (typeof allowed === "function") return allowed(origin, ctx) ?? null;
    if (allowed === "*") return "*";
    return (Array.isArray(allowed) ? allowed : [allowed]).includes(origin) ? origin : null;
  };

  return async (ctx) => {
    const origin = allow(ctx.req.headers.get("origin") ?? "", ctx);
    const headers = new Headers();
    if (origin !== null) headers.set("access-control-allow-origin", origin);
    if (credentials) headers.set("access-control-allow-credentials", "true");
    if (exposeHeaders.length > 0) {
      headers.set("access-control-expose-headers", exposeHeaders.join(", "));
    }
    if (allowed !== "*") headers.append("vary", "Origin");

    const asked = ctx.req.headers.get("access-control-request-method");
    if (ctx.req.method === "OPTIONS" && asked !== null) {
      if (maxAge !== undefined) {
        headers.set("access-control-max-age", String(maxAge));
      }
      headers.set("access-control-allow-methods", allowMethods.join(", "));
      const named = allowHeaders.length > 0
        ? allowHeaders.join(", ")
        : ctx.req.headers.get("access-control-request-headers");
      if (named) headers.set("access-control-allow-headers", named);
      headers.append("vary", "Access-Control-Request-Headers");
      return new Response(null, { status: 204, headers });
    }

    const response = await ctx.next();
    const combined = new Headers(response.headers);
    for (const [name, value] of headers) {
      name === "vary" ? combined.append(name, value) : combined.set(name, value);
    }
    return new Response(response.body, {
      status: response.status,
      statusText: response.statusText,
      headers: combined,
    });
  };
}
