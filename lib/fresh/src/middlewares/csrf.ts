/** Refuses requests that another site makes a visitor's browser send. */
import type { Context } from "../context.ts";
import type { MiddlewareFn } from "../handlers.ts";
import { HttpError } from "../http_error.ts";

export interface CsrfOptions<State> {
  /** The origins that forms may come from; default: the one the request itself went to. */
  origin?: string | string[] | ((origin: string, ctx: Context<State>) => boolean);
}

const safe = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Lets a changing request through if the browser says it comes from this site (`Sec-Fetch-Site`), or its `Origin` is
 * one of those allowed. A request with neither header does not come from a browser and passes: nobody else's page can
 * have made it, with cookies that a visitor's browser would add.
 */
export function csrf<State>({ origin: allowed }: CsrfOptions<State> = {}): MiddlewareFn<State> {
  const isAllowed = (origin: string, ctx: Context<State>): boolean => {
    if (typeof allowed === "function") return allowed(origin, ctx);
    const origins = allowed ?? ctx.url.origin;
    return Array.isArray(origins) ? origins.includes(origin) : origins === origin;
  };
  return (ctx) => {
    if (safe.has(ctx.req.method)) return ctx.next();
    const site = ctx.req.headers.get("sec-fetch-site");
    if (site === "same-origin" || site === "none") return ctx.next();
    const origin = ctx.req.headers.get("origin");
    if (origin === null ? site === null : isAllowed(origin, ctx)) return ctx.next();
    throw new HttpError(403, "The request comes from another site");
  };
}
