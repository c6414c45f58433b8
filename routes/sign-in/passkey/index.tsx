/** Signs in with a passkey; one that does not work leads back to all the ways. */
import { page } from "fresh";
import { define } from "../../../define.ts";
import { signInByPasskey, siteOf } from "../../../lib/auth/passkeys.ts";
import { isMilepostError } from "../../../lib/core/errors.ts";
import { readCookie } from "../../../session_cookie.ts";
import { formErrors, readForm } from "../../(_components)/form_fields.ts";
import { safeNext } from "../../(_components)/next_page.ts";
import { requireSite } from "../../(_components)/passkey_challenge.ts";
import { answerSignIn, visitOf } from "../(_components)/answer_sign_in.ts";
import { SignInForm } from "../(_components)/sign_in_form.tsx";

export const handler = define.handlers({
  GET: (ctx) => ctx.redirect("/sign-in", 303),
  async POST(ctx) {
    const { environment, reach } = ctx.state;
    const site = requireSite(reach.origin);
    const field = await readForm(ctx.req);
    const next = safeNext(field("next"), reach.origin);
    const answer = { token: readCookie(ctx.req, reach.origin, "challenge"), credential: field("credential") };
    try {
      const signedIn = await signInByPasskey(environment, site, answer, visitOf(ctx));
      return await answerSignIn(ctx, signedIn, next);
    } catch (error) {
      if (!isMilepostError(error, "PasskeyRefused")) throw error;
      ctx.state.title = { page: "Sign in", hasErrors: true };
      return page({ next, errors: formErrors(error) }, { status: error.status });
    }
  },
});

export default define.page<typeof handler>(({ data: { next, errors }, state }) => (
  <SignInForm errors={errors} next={next} hasPasskeys={siteOf(state.reach.origin) !== null} />
));
