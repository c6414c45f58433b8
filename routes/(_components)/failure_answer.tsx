/** What someone gets who cannot get what they asked for: for programs a problem as JSON, for people a page that says what to do. */
import type { FreshContext } from "fresh";
import { ButtonLink } from "../../components/ui/button.tsx";
import { PageHeader } from "../../components/ui/page_header.tsx";
import type { State } from "../../define.ts";
import { dress } from "../../dress.ts";
import { describeFailure } from "../../failure.ts";
import { capabilities } from "../../lib/core/actor.ts";
import { type MilepostError, problemResponse } from "../../lib/core/errors.ts";
import { parseCurrencyCode } from "../../lib/core/currency.ts";
import { type Money, parseMoney } from "../../lib/core/money.ts";
import { decide } from "../../lib/auth/policy.ts";
import { listWhoCan } from "../../lib/tenants/members.ts";
import { isProbe } from "../../probes.ts";
import { bearerChallenge } from "./bearer_challenge.ts";
import { Frame } from "./frame.tsx";

const titles: Partial<Record<number, string>> = {
  401: "Sign in first",
  403: "You may not do this",
  404: "This page is not here",
  405: "This page does not take that",
  408: "This took too long",
  409: "This is not possible now",
  410: "This link has expired",
  413: "This is too large",
  414: "This address is too long",
  422: "Some values are not right",
  429: "Too many tries",
  503: "Milepost cannot answer now",
};

/** The answer to whatever was thrown (`ctx.error`). */
export async function answerFailure(ctx: FreshContext<State>): Promise<Response> {
  const failure = describeFailure(ctx.error);
  ctx.state.retryAfterSeconds = failure.retryAfterSeconds ?? null;
  if (wantsJson(ctx.req, ctx.url)) {
    const answer = problemResponse(failure, ctx.state.requestId);
    const challenge = ctx.url.pathname.startsWith("/api/")
      ? bearerChallenge(ctx.req, ctx.state, failure)
      : null;
    if (challenge) answer.headers.set("www-authenticate", challenge);
    return await dress(ctx, answer);
  }
  const title = titles[failure.status] ?? "Something went wrong";
  ctx.state.title = { page: title };
  const page = (
    <Frame state={ctx.state} path={ctx.url.pathname}>
      <FailurePage title={title} failure={failure} grant={await whoCanGrant(failure, ctx.state)} ctx={ctx} />
    </Frame>
  );
  const headers = { "cache-control": "no-store" };
  return await dress(ctx, await ctx.render(page, { status: failure.status, headers }));
}

function wantsJson(request: Request, url: URL): boolean {
  if (isProbe(url.pathname) || /^\/(?:api|oauth|webhooks|\.well-known)(?:\/|$)/.test(url.pathname)) {
    return true;
  }
  const accept = request.headers.get("accept") ?? "";
  return accept.includes("json") && !accept.includes("text/html");
}

/** Who can do what the reader cannot, and who could let them. */
interface Grant {
  sentence: string;
  able: string;
  admins: string;
}

async function whoCanGrant(failure: MilepostError, { session, environment }: State): Promise<Grant | null> {
  const valueOf = (name: string) => failure.fields.find(({ field }) => field === name)?.value;
  const capability = capabilities.find((name) => name === valueOf("capability"));
  if (failure.name !== "NotPermitted" || !capability || !session?.tenant) return null;
  const amount = readAmount(valueOf("amount"));
  const { able, admins } = await listWhoCan(environment, session.tenant.id, capability, amount);
  const named = (members: typeof able) => members.map(({ name, email }) => `${name} (${email})`).join(", ");
  const decision = decide(session.actor, capability, amount);
  return {
    sentence: decision.isAllowed ? failure.message : decision.reason,
    able: named(able.slice(0, namedMost)),
    admins: named(admins.slice(0, namedMost)),
  };
}

/** More people to ask would be a list to search, not an answer. */
const namedMost = 5;

/** "12000.00 EUR", as the policy writes it. */
function readAmount(text: string | undefined): Money | undefined {
  if (text === undefined) return undefined;
  const [amount, currency] = text.split(" ");
  return parseMoney(amount, parseCurrencyCode(currency));
}

interface FailurePageProps {
  title: string;
  failure: MilepostError;
  grant: Grant | null;
  ctx: FreshContext<State>;
}

function FailurePage({ title, failure, grant, ctx }: FailurePageProps) {
  const { req, url, state } = ctx;
  const wasSent = req.method !== "GET" && req.method !== "HEAD";
  const again = failure.status === 503 && !wasSent;
  return (
    <>
      <PageHeader title={title} state={grant?.sentence ?? failure.message} />
      {wasSent && (
        <p class="mb-4 max-w-prose">Nothing was saved. Go back in your browser to find what you typed.</p>
      )}
      {grant && grant.able !== "" && <p class="mb-4 max-w-prose">{`Who can: ${grant.able}.`}</p>}
      {grant && <p class="mb-4 max-w-prose">{`To get the right yourself, ask ${grant.admins}.`}</p>}
      <p class="mb-6">
        {again
          ? <ButtonLink kind="go" href={url.pathname + url.search}>Try again</ButtonLink>
          : <ButtonLink kind="go" href="/">{state.session ? "Go to Home" : "Go to sign-in"}</ButtonLink>}
      </p>
      <p class="text-label text-ink-2">{`If you ask for help, name this request: ${state.requestId}`}</p>
    </>
  );
}
