/** Refuses requests that another site makes a visitor's browser send. */
import type { Context } from "../context.ts";
import type { MiddlewareFn } from "../handlers.ts";
import { HttpError } from "../http_error.ts";

export interface CsrfOptions<State> {
  /** Origins that are trusted besides the app's own. */
  origin?:
    | string
    | string[]
    | ((origin: string, ctx: Context<State>) => boolean);
}

const safe = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Lets a changing request through if the browser says it comes from this site (`Sec-Fetch-Site`), or its `Origin` is
 * this site or a trusted one. A request with neither header does not come from a browser and passes: it carries no
 * cookie that a site could misuse.
 */
export function csrf<State>(
  { origin: trusted }: CsrfOptions<State> = {},
): MiddlewareFn<State> {
  const isTrusted = (origin: string, ctx: Context<State>): boolean => {
    if (typeof trusted === "function") return trusted(origin, ctx);
    return origin === ctx.url.origin ||
      (Array.isArray(trusted) ? trusted : [trusted]).includes(origin);
  };
  return (ctx) => {
    if (safe.has(ctx.req.method)) return ctx.next();
    const site = ctx.req.headers.get("sec-fetch-site");
    if (site === "same-origin" || site === "none") return ctx.next();
    const origin = ctx.req.headers.get("origin");
    if (origin === null ? site === null : isTrusted(origin, ctx)) {
      return ctx.next();
    }
    throw new HttpError(403, "The request comes from another site");
  };
}
