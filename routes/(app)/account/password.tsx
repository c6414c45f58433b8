/** Changes one's own password, and signs out everywhere else. */
import { page } from "fresh";
import { define, signedIn } from "../../../define.ts";
import { changePassword } from "../../../lib/auth/account.ts";
import { isMilepostError } from "../../../lib/core/errors.ts";
import { giveCookie } from "../../../session_cookie.ts";
import { formErrors, readForm } from "../../(_components)/form_fields.ts";
import { AccountPage } from "./(_components)/account_page.tsx";

export const handler = define.handlers({
  GET: (ctx) => ctx.redirect("/account", 303),
  async POST(ctx) {
    const { environment, reach } = ctx.state;
    const { session } = signedIn(ctx.state);
    const field = await readForm(ctx.req);
    try {
      const token = await changePassword(environment, session, {
        current: field("current"),
        password: field("password"),
        address: reach.address,
        userAgent: ctx.req.headers.get("user-agent") ?? "",
      });
      const headers = { location: "/account?done=password", "set-cookie": giveCookie(reach.origin, token) };
      return new Response(null, { status: 303, headers });
    } catch (error) {
      const isWait = isMilepostError(error, "TooManyAttempts");
      if (!isWait && !isMilepostError(error, "InvalidInput")) throw error;
      ctx.state.title = { page: "Your account", hasErrors: true };
      ctx.state.retryAfterSeconds = error.retryAfterSeconds ?? null;
      return page({ session, errors: formErrors(error) }, { status: isWait ? 429 : 422 });
    }
  },
});

export default define.page<typeof handler>(({ data }) => <AccountPage {...data} />);
