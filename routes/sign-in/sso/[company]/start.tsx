/** Sends a browser to the provider of a company. A link and no form: browsers hold the redirects of a form to this site. */
import { define } from "../../../../define.ts";
import { newToken } from "../../../../lib/auth/sessions.ts";
import { beginExternalSignIn } from "../../../../lib/oidc/external_sign_in.ts";
import { findProviderAt } from "../../../../lib/oidc/identity_provider.ts";
import { giveCookie, readCookie } from "../../../../session_cookie.ts";
import { safeNext } from "../../../(_components)/next_page.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { environment, reach: { origin } } = ctx.state;
    const provider = await findProviderAt(environment, ctx.params.company);
    const next = safeNext(ctx.url.searchParams.get("next") ?? "", origin);
    const site = ctx.req.headers.get("sec-fetch-site");
    // Another site may lead people to the door, and not through it.
    if (site !== null && site !== "same-origin" && site !== "none") {
      return ctx.redirect(`/sign-in/sso/${provider.address}?next=${encodeURIComponent(next)}`, 303);
    }
    // Several tabs may be on their way at once, so a browser keeps the secret it has.
    const held = readCookie(ctx.req, origin, "sso");
    const browser = held !== null && /^[\w-]{43}$/.test(held) ? held : newToken();
    const address = await beginExternalSignIn(environment, provider, { origin, browser, next });
    const headers = {
      location: address.href,
      "set-cookie": giveCookie(origin, browser, "sso"),
      "cache-control": "no-store",
    };
    return new Response(null, { status: 303, headers });
  },
});
