/** What every answer carries: pages their style sheet and content policy, everything the security headers and the request's id. */
import type { FreshContext } from "fresh";
import { finishResponse, pagePolicy } from "./components/layout/finish_page.ts";
import type { State } from "./define.ts";
import { rateLimitHeaders } from "./request_limit.ts";

const fixed: Record<string, string> = {
  "x-content-type-options": "nosniff",
  // Not `no-referrer`: that would make browsers send `Origin: null` with every form.
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
};

/** Two years, as the preload list of browsers asks for. */
const strictTransport = "max-age=63072000; includeSubDomains";

/** Scripts come from files of our own, and nothing may turn text into script. */
function policyFor(styleHash: string): string {
  return `${pagePolicy(styleHash)}; require-trusted-types-for 'script'; trusted-types 'none'`;
}

/** Dresses an answer, from a handler or from an error page. One that switches protocols is left alone. */
export async function dress(ctx: FreshContext<State>, answer: Response): Promise<Response> {
  if (answer.status === 101) return answer;
  const finished = await finishResponse(answer, policyFor);
  const headers = new Headers(finished.headers);
  for (const [name, value] of Object.entries(fixed)) headers.set(name, value);
  // The address is a secret, and these pages have no form.
  if (ctx.url.pathname.startsWith("/pay/")) headers.set("referrer-policy", "no-referrer");
  if (ctx.state.reach.origin.startsWith("https:")) headers.set("strict-transport-security", strictTransport);
  headers.set("x-request-id", ctx.state.requestId);
  if (!headers.has("content-security-policy")) {
    headers.set("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
  }
  if (!headers.has("cache-control")) headers.set("cache-control", "private, no-cache");
  const { retryAfterSeconds, rate } = ctx.state;
  if (retryAfterSeconds !== null) headers.set("retry-after", String(retryAfterSeconds));
  if (rate) {
    for (const [name, value] of Object.entries(rateLimitHeaders(rate))) headers.set(name, value);
  }
  const { status, statusText, body } = finished;
  return new Response(body, { status, statusText, headers });
}
