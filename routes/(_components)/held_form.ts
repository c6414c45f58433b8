/** What a form goes through that came when its sender first has to prove who they are: kept, and sent again from where it came. */
import type { FreshContext } from "fresh";
import type { State } from "../../define.ts";
import { holdForm, largestHeldBytes, type SentForm, takeForm } from "../../lib/auth/held_forms.ts";
import { findFormerSession } from "../../lib/auth/sessions.ts";
import { isId } from "../../lib/core/ids.ts";
import { giveCookie, readCookie } from "../../session_cookie.ts";

/** The one field of the form that stands in for a form that waits. */
export const heldField = "held_form";
/** Where the forms that wait are listed. */
export const continuePath = "/continue";
/** In the address of the door: what was sent could not be kept. */
export const notKept = "kept=no";
/** The stand-in carries an id and a proof, and nothing that was typed. */
const largestStandIn = 4_000;
/** How a browser writes a form. */
const formType = /^(?:application\/x-www-form-urlencoded|multipart\/form-data)\b/;
const secret = /^[\w-]{43}$/;

type RequestContext = Pick<FreshContext<State>, "req" | "url" | "state">;

/**
 * The form that a request carries, read ahead so that it can be kept; null for anything else (what a script asks for cannot be sent again by
 * a person) and for what is too large, which goes on as a stream.
 */
export async function readSentForm(ctx: RequestContext): Promise<SentForm | null> {
  const { req, url } = ctx;
  const length = req.headers.get("content-length");
  const contentType = req.headers.get("content-type") ?? "";
  if (req.method !== "POST" || !formType.test(contentType)) return null;
  if (length === null || Number(length) > largestHeldBytes) return null;
  const form = {
    path: url.pathname + url.search,
    contentType,
    body: new Uint8Array(await req.arrayBuffer()),
  };
  putForm(ctx, form);
  return form;
}

/** The secret under which the forms of this browser wait. */
export function heldToken({ req, state }: Pick<RequestContext, "req" | "state">): string | null {
  const token = readCookie(req, state.reach.origin, "held");
  return token !== null && secret.test(token) ? token : null;
}

/** Keeps the form of someone whose session is over, and leads to the sign-in, which says whether it was kept. */
export async function askToSignIn(ctx: RequestContext, form: SentForm | null): Promise<Response> {
  const { environment, reach } = ctx.state;
  const token = readCookie(ctx.req, reach.origin);
  const former = form && token !== null ? await findFormerSession(environment, token) : null;
  if (!form || !former?.tenantId) return seeOther(`/sign-in?${notKept}`);
  const { userId, tenantId } = former;
  const held = await holdForm(environment, { token: heldToken(ctx), userId, tenantId }, form);
  const next = `/sign-in?next=${encodeURIComponent(continuePath)}`;
  return seeOther(next, giveCookie(reach.origin, held.token, "held"));
}

/** Keeps the form of someone who has to confirm who they are, and leads to where they do. */
export async function askToConfirm(ctx: RequestContext, form: SentForm | null): Promise<Response> {
  const { environment, reach, session } = ctx.state;
  if (!form || !session?.tenant) return seeOther(`/confirm?${notKept}`);
  const holder = { token: heldToken(ctx), userId: session.user.id, tenantId: session.tenant.id };
  const held = await holdForm(environment, holder, form);
  return seeOther(`/confirm?held=${held.id}`, giveCookie(reach.origin, held.token, "held"));
}

/**
 * Where a stand-in was sent, puts the form that waits in its place and gives it; an answer where none waits for this person, browser,
 * tenant and path. Gives any other form as it is.
 */
export async function resumeHeldForm(ctx: RequestContext, form: SentForm): Promise<SentForm | Response> {
  const id = standInFor(form);
  if (id === null) return form;
  const { environment, session } = ctx.state;
  if (!session?.tenant) throw new Error("A form that waits is sent again only by someone who is signed in.");
  const holder = { token: heldToken(ctx), userId: session.user.id, tenantId: session.tenant.id };
  const held = isId(id) ? await takeForm(environment, holder, { id, path: form.path }) : null;
  if (!held) return seeOther(continuePath);
  putForm(ctx, held);
  return held;
}

function standInFor({ contentType, body }: SentForm): string | null {
  if (body.length > largestStandIn || !contentType.startsWith("application/x-www-form-urlencoded")) {
    return null;
  }
  return new URLSearchParams(new TextDecoder().decode(body)).get(heldField);
}

function putForm(ctx: RequestContext, { contentType, body }: SentForm): void {
  const { url, method, signal } = ctx.req;
  const headers = new Headers(ctx.req.headers);
  headers.set("content-type", contentType);
  headers.set("content-length", String(body.length));
  // Fresh means the request of a context to stay; only its body changes here.
  Object.assign(ctx, { req: new Request(url, { method, headers, body, signal }) });
}

function seeOther(location: string, cookie?: string): Response {
  const headers = new Headers({ location });
  if (cookie) headers.append("set-cookie", cookie);
  return new Response(null, { status: 303, headers });
}
