/** The passkeys of whoever is signed in, and a button that adds one. */
import { page } from "fresh";
import { define, signedIn } from "../../../../define.ts";
import { addPasskey, ownPasskeys, siteOf } from "../../../../lib/auth/passkeys.ts";
import { isConfirmed } from "../../../../lib/core/confirmation.ts";
import { isMilepostError } from "../../../../lib/core/errors.ts";
import { readCookie } from "../../../../session_cookie.ts";
import { formErrors, readForm } from "../../../(_components)/form_fields.ts";
import { requireSite } from "../../../(_components)/passkey_challenge.ts";
import { accountOf, confirmedAccountOf } from "../(_components)/account_of.ts";
import { PasskeysPage, type PasskeysProps, passkeysTitle } from "../(_components)/passkeys_page.tsx";

export const handler = define.handlers({
  async GET(ctx) {
    const { environment, reach } = ctx.state;
    const { session } = signedIn(ctx.state);
    const passkeys = await ownPasskeys(environment, accountOf(session));
    ctx.state.title = { page: passkeysTitle, section: "Your account" };
    const confirmed = isConfirmed(session.actor, environment.clock.now());
    const adding = siteOf(reach.origin) === null ? "impossible" : confirmed ? "possible" : "unconfirmed";
    return page<PasskeysProps>({ passkeys, adding, errors: [], done: ctx.url.searchParams.get("done") });
  },
  async POST(ctx) {
    const { environment, reach } = ctx.state;
    const account = confirmedAccountOf(ctx.state);
    const site = requireSite(reach.origin);
    const credential = (await readForm(ctx.req))("credential");
    const answer = { token: readCookie(ctx.req, reach.origin, "challenge"), credential };
    try {
      const id = await addPasskey(environment, site, account, answer);
      return ctx.redirect(`/account/passkeys/${id}?done=added`, 303);
    } catch (error) {
      if (!isMilepostError(error, "PasskeyRefused")) throw error;
      ctx.state.title = { page: passkeysTitle, section: "Your account", hasErrors: true };
      const passkeys = await ownPasskeys(environment, account);
      const errors = formErrors(error);
      return page<PasskeysProps>({ passkeys, adding: "possible", errors, done: null }, { status: 422 });
    }
  },
});

export default define.page<typeof handler>(({ data }) => <PasskeysPage {...data} />);
