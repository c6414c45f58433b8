/** The cookie that carries a session's secret. */
import { longestDays } from "./lib/auth/sessions.ts";

/**
 * Over https the name starts with `__Host-`: browsers then take it only from this very host, over https, for all paths.
 * Over http (a machine's own loopback address) browsers refuse that name, so there it is plain and carries the port:
 * cookies do not tell ports apart, and two servers on one machine would sign each other's people out.
 */
export function cookieName(origin: string): string {
  const { protocol, port } = new URL(origin);
  return protocol === "https:" ? "__Host-milepost" : `milepost_${port || 80}`;
}

/** The secret that a request carries, or null. */
export function readCookie(request: Request, origin: string): string | null {
  const wanted = `${cookieName(origin)}=`;
  const pairs = (request.headers.get("cookie") ?? "").split(";").map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(wanted))?.slice(wanted.length) || null;
}

/** A `Set-Cookie` that hands the secret to the browser. */
export function giveCookie(origin: string, token: string): string {
  return cookie(origin, token, longestDays * 24 * 60 * 60);
}

/** A `Set-Cookie` that takes it away. */
export function takeCookie(origin: string): string {
  return cookie(origin, "", 0);
}

function cookie(origin: string, value: string, seconds: number): string {
  const secure = origin.startsWith("https:") ? "; Secure" : "";
  return `${cookieName(origin)}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`;
}
