/** The answer to a browser that asks for a challenge: options for the browser, and a cookie that binds them to it. */
import { type Challenge, type Site, siteOf } from "../../lib/auth/passkeys.ts";
import { milepostError } from "../../lib/core/errors.ts";
import { giveCookie } from "../../session_cookie.ts";

/** The site that passkeys are for. Throws `NotFound` where browsers have none. */
export function requireSite(origin: string): Site {
  const site = siteOf(origin);
  if (!site) {
    throw milepostError("NotFound", {
      message: "Passkeys work only at an https address with a name. Sign in another way.",
    });
  }
  return site;
}

export function answerChallenge({ options, token }: Challenge, origin: string): Response {
  const headers = { "set-cookie": giveCookie(origin, token, "challenge"), "cache-control": "no-store" };
  return Response.json(options, { headers });
}
