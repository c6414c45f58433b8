/** The way out: ends the session, here and in the database. */
import { define } from "../define.ts";
import { signOut } from "../lib/auth/sessions.ts";
import { readCookie, takeCookie } from "../session_cookie.ts";

export const handler = define.handlers({
  async POST(ctx) {
    const { environment, reach } = ctx.state;
    const token = readCookie(ctx.req, reach.origin);
    if (token !== null) await signOut(environment, token);
    const headers = { location: "/sign-in", "set-cookie": takeCookie(reach.origin) };
    return new Response(null, { status: 303, headers });
  },
});
