/** The cookies that carry a secret: of a session, of the first step of a sign-in, of a challenge for a passkey, of forms that wait. */
import { stepMinutes } from "./lib/auth/complete_sign_in.ts";
import { challengeMinutes } from "./lib/auth/passkeys.ts";
import { heldMinutes } from "./lib/auth/held_forms.ts";
import { awayMinutes } from "./lib/oidc/external_sign_in.ts";
import { longestDays } from "./lib/auth/sessions.ts";

/** What a cookie is for, with the seconds that browsers keep it. */
const seconds = {
  session: longestDays * 24 * 60 * 60,
  step: stepMinutes * 60,
  sso: awayMinutes * 60,
  challenge: challengeMinutes * 60,
  held: heldMinutes * 60,
};

export type CookieKind = keyof typeof seconds;

/**
 * Over https the name starts with `__Host-`: browsers then take it only from this very host, over https, for all paths.
 * Over http (a machine's own loopback address) browsers refuse that name, so there it is plain and carries the port:
 * cookies do not tell ports apart, and two servers on one machine would sign each other's people out.
 */
export function cookieName(origin: string, kind: CookieKind = "session"): string {
  const { protocol, port } = new URL(origin);
  const name = kind === "session" ? "milepost" : `milepost-${kind}`;
  return protocol === "https:" ? `__Host-${name}` : `${name}_${port || 80}`;
}

/** The secret that a request carries, or null. */
export function readCookie(request: Request, origin: string, kind: CookieKind = "session"): string | null {
  const wanted = `${cookieName(origin, kind)}=`;
  const pairs = (request.headers.get("cookie") ?? "").split(";").map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(wanted))?.slice(wanted.length) || null;
}

/** A `Set-Cookie` that hands the secret to the browser. */
export function giveCookie(origin: string, token: string, kind: CookieKind = "session"): string {
  return cookie(origin, kind, token, seconds[kind]);
}

/** A `Set-Cookie` that takes it away. */
export function takeCookie(origin: string, kind: CookieKind = "session"): string {
  return cookie(origin, kind, "", 0);
}

function cookie(origin: string, kind: CookieKind, value: string, maxAge: number): string {
  const secure = origin.startsWith("https:") ? "; Secure" : "";
  return `${cookieName(origin, kind)}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${secure}`;
}
