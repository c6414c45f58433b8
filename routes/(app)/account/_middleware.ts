/** An account belongs to its person, and not to a company: whom only a company's provider vouches for may look, and no more. */
import { define } from "../../../define.ts";
import { milepostError } from "../../../lib/core/errors.ts";

export default define.middleware((ctx) => {
  const { session } = ctx.state;
  const isLook = ctx.url.pathname === "/account" && (ctx.req.method === "GET" || ctx.req.method === "HEAD");
  if (session?.isOfOneTenant && !isLook) {
    throw milepostError("NotPermitted", {
      message:
        "You signed in by your company. To change your account, sign out and sign in by a password, a passkey or a mailed link.",
    });
  }
  return ctx.next();
});
