/** The way out: ends the session, here and in the database. */
import { define } from "../define.ts";
import { signOut } from "../lib/auth/sessions.ts";
import { readCookie, takeCookie } from "../session_cookie.ts";
import { safeNext } from "./(_components)/next_page.ts";

export const handler = define.handlers({
  async POST(ctx) {
    const { environment, reach } = ctx.state;
    const token = readCookie(ctx.req, reach.origin);
    if (token !== null) await signOut(environment, token);
    const next = safeNext(ctx.url.searchParams.get("next") ?? "", reach.origin);
    const location = next === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(next)}`;
    const headers = {
      location,
      "set-cookie": takeCookie(reach.origin),
      // pages of the business that the browser keeps for going back
      "clear-site-data": '"cache", "storage"',
    };
    return new Response(null, { status: 303, headers });
  },
});
