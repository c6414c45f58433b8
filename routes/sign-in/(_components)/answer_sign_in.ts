/** What a browser brings to a sign-in, and the answer to someone who has proved who they are. */
import type { FreshContext } from "fresh";
import type { State } from "../../../define.ts";
import type { SignedIn, Visit } from "../../../lib/auth/complete_sign_in.ts";
import { signOut } from "../../../lib/auth/sessions.ts";
import { giveCookie, readCookie, takeCookie } from "../../../session_cookie.ts";
import { continuePath, heldToken } from "../../(_components)/held_form.ts";

export function visitOf({ req, state }: Pick<FreshContext<State>, "req" | "state">): Visit {
  const { origin, address } = state.reach;
  return {
    address,
    userAgent: req.headers.get("user-agent") ?? "",
    step: readCookie(req, origin, "step"),
  };
}

/** Leads into the product with a new session, which ends the one that this browser had; or on to the second step. */
export async function answerSignIn(
  { req, state }: Pick<FreshContext<State>, "req" | "state">,
  { outcome, token }: SignedIn,
  next: string,
): Promise<Response> {
  const { origin } = state.reach;
  const headers = new Headers();
  if (outcome === "second_step") {
    headers.set("location", `/sign-in/code?next=${encodeURIComponent(next)}`);
    headers.append("set-cookie", giveCookie(origin, token, "step"));
  } else {
    const former = readCookie(req, origin);
    if (former !== null) await signOut(state.environment, former);
    // However the person came in: what they typed on this browser comes first.
    headers.set("location", next === "/" && heldToken({ req, state }) !== null ? continuePath : next);
    headers.append("set-cookie", giveCookie(origin, token));
    if (readCookie(req, origin, "step") !== null) headers.append("set-cookie", takeCookie(origin, "step"));
  }
  return new Response(null, { status: 303, headers });
}
