/** Where a provider sends browsers back to: lets in whom it vouches for, or says why not. */
import { page } from "fresh";
import { ButtonLink } from "../../../../components/ui/button.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { define } from "../../../../define.ts";
import { isMilepostError, milepostError } from "../../../../lib/core/errors.ts";
import { isId } from "../../../../lib/core/ids.ts";
import { finishExternalSignIn } from "../../../../lib/oidc/external_sign_in.ts";
import { readCookie } from "../../../../session_cookie.ts";
import { answerSignIn } from "../../(_components)/answer_sign_in.ts";

/** The address of this page holds a code. */
const headers = { "cache-control": "no-store", "referrer-policy": "no-referrer" };

export const handler = define.handlers({
  async GET(ctx) {
    const { environment, reach: { origin } } = ctx.state;
    const { company: tenantId } = ctx.params;
    if (!isId(tenantId)) throw milepostError("NotFound");
    try {
      const { token, next } = await finishExternalSignIn(environment, {
        origin,
        tenantId,
        query: ctx.url.searchParams,
        browser: readCookie(ctx.req, origin, "sso"),
        userAgent: ctx.req.headers.get("user-agent") ?? "",
      });
      return await answerSignIn(ctx, { outcome: "signed_in", token }, next);
    } catch (error) {
      if (!isMilepostError(error, "SignInRefused")) throw error;
      ctx.state.title = { page: "You are not signed in" };
      return page({ message: error.message, again: `/sign-in/sso/${tenantId}` }, { status: 401, headers });
    }
  },
});

export default define.page<typeof handler>(({ data: { message, again } }) => (
  <>
    <h1 class="text-title tracking-title">You are not signed in</h1>
    <p class="mt-3 mb-6">{message}</p>
    <div class="mb-6">
      <ButtonLink kind="go" href={again} wide>Begin again</ButtonLink>
    </div>
    <div>
      <TapLink href="/sign-in">Sign in another way</TapLink>
    </div>
  </>
));
