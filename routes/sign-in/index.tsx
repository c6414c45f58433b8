/** The way in: e-mail address and password, and the ways without a password. */
import { page } from "fresh";
import type { FormError } from "../../components/ui/error_summary.tsx";
import { define } from "../../define.ts";
import { siteOf } from "../../lib/auth/passkeys.ts";
import { signIn } from "../../lib/auth/sign_in.ts";
import { errors as errorTable } from "../../lib/core/errors.ts";
import { heldMinutes } from "../../lib/auth/held_forms.ts";
import { tooMany } from "../../lib/auth/attempts.ts";
import { formErrors, readForm } from "../(_components)/form_fields.ts";
import { continuePath } from "../(_components)/held_form.ts";
import { safeNext } from "../(_components)/next_page.ts";
import { answerSignIn, visitOf } from "./(_components)/answer_sign_in.ts";
import { SignInForm } from "./(_components)/sign_in_form.tsx";

interface Data {
  email: string;
  next: string;
  reason?: string;
  errors: FormError[];
}

const refused = errorTable.SignInRefused.message;

export const handler = define.handlers({
  GET(ctx) {
    const next = safeNext(ctx.url.searchParams.get("next") ?? "", ctx.state.reach.origin);
    if (ctx.state.session) return ctx.redirect(next, 303);
    ctx.state.title = { page: "Sign in" };
    return page<Data>({ email: "", next, reason: reasonOf(ctx.url.searchParams, next), errors: [] });
  },
  async POST(ctx) {
    const { environment, reach } = ctx.state;
    const field = await readForm(ctx.req);
    const email = field("email");
    const password = field("password");
    const next = safeNext(field("next"), reach.origin);
    const fail = (status: number, errors: FormError[]) => {
      ctx.state.title = { page: "Sign in", hasErrors: true };
      const reason = reasonOf(ctx.url.searchParams, next);
      return page<Data>({ email, next, reason, errors }, { status });
    };
    const missing = missingFields(email, password);
    if (missing.length > 0) return fail(422, missing);
    const outcome = await signIn(environment, { email, password, ...visitOf(ctx) });
    if (outcome.outcome === "refused") return fail(401, [{ field: "email", message: refused }]);
    if (outcome.outcome !== "throttled") return await answerSignIn(ctx, outcome, next);
    const wait = tooMany(outcome.until, environment.clock.now());
    ctx.state.retryAfterSeconds = wait.retryAfterSeconds ?? null;
    return fail(429, formErrors(wait));
  },
});

/** Why someone is here who was in the middle of something. */
function reasonOf(query: URLSearchParams, next: string): string | undefined {
  if (query.get("kept") === "no") {
    return "You were signed out, and what you sent could not be kept. Sign in, go back, and send it again.";
  }
  if (next !== continuePath) return undefined;
  return `You were signed out. What you typed is kept for ${heldMinutes} minutes: sign in, and go on with it.`;
}

function missingFields(email: string, password: string): FormError[] {
  const errors: FormError[] = [];
  if (email.trim() === "") errors.push({ field: "email", message: "Type your work e-mail address." });
  if (password === "") errors.push({ field: "password", message: "Type your password." });
  return errors;
}

export default define.page<typeof handler>(({ data, state }) => (
  <SignInForm {...data} hasPasskeys={siteOf(state.reach.origin) !== null} />
));
