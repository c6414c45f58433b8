/** Turns two-step sign-in on with the first code, and shows the recovery codes, once. */
import { page } from "fresh";
import type { FormError } from "../../../../components/ui/error_summary.tsx";
import { define } from "../../../../define.ts";
import { confirmTwoStep, readTwoStep, type TwoStepState } from "../../../../lib/auth/two_step.ts";
import { isMilepostError } from "../../../../lib/core/errors.ts";
import { formErrors, readForm } from "../../../(_components)/form_fields.ts";
import { confirmedAccountOf } from "../(_components)/account_of.ts";
import { RecoveryCodes, TwoStepPage, twoStepTitle } from "../(_components)/two_step_page.tsx";

type Data = { codes: string[] } | { twoStep: TwoStepState; errors: FormError[] };

const headers = { "cache-control": "no-store" };

export const handler = define.handlers({
  GET: (ctx) => ctx.redirect("/account/two-step", 303),
  async POST(ctx) {
    const { environment, reach } = ctx.state;
    const account = confirmedAccountOf(ctx.state);
    const code = (await readForm(ctx.req))("code");
    try {
      const codes = await confirmTwoStep(environment, account, { code, address: reach.address });
      ctx.state.title = { page: "Your recovery codes", section: "Your account" };
      return page<Data>({ codes }, { headers });
    } catch (error) {
      const isWait = isMilepostError(error, "TooManyAttempts");
      if (!isWait && !isMilepostError(error, "InvalidInput")) throw error;
      ctx.state.title = { page: twoStepTitle, section: "Your account", hasErrors: true };
      ctx.state.retryAfterSeconds = error.retryAfterSeconds ?? null;
      const data = { twoStep: await readTwoStep(environment, account), errors: formErrors(error) };
      return page<Data>(data, { status: isWait ? 429 : 422, headers });
    }
  },
});

export default define.page<typeof handler>(({ data }) =>
  "codes" in data ? <RecoveryCodes {...data} /> : <TwoStepPage {...data} />
);
