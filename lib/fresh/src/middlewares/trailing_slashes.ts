/** One address per page: always or never with a slash at the end. */
import type { MiddlewareFn } from "../handlers.ts";

/** Redirects (308, so that a form keeps its method) to the address with or without the trailing slash. */
export function trailingSlashes<State>(mode: "always" | "never"): MiddlewareFn<State> {
  return (ctx) => {
    const { pathname, search } = ctx.url;
    if (pathname === "/") return ctx.next();
    const slashed = pathname.endsWith("/");
    const isFile = /\.[a-z0-9]+$/i.test(pathname);
    if (mode === "always" && !slashed && !isFile) {
      return ctx.redirect(`${pathname}/${search}`, 308);
    }
    if (mode === "never" && slashed) {
      return ctx.redirect(pathname.replace(/\/+$/, "") + search, 308);
    }
    return ctx.next();
  };
}
