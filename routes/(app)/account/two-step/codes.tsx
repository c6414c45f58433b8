/** Makes new recovery codes in place of the old ones, and shows them, once. */
import { page } from "fresh";
import { Form } from "../../../../components/ui/form.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { define, signedIn } from "../../../../define.ts";
import { readTwoStep, renewRecoveryCodes } from "../../../../lib/auth/two_step.ts";
import { accountOf, confirmedAccountOf } from "../(_components)/account_of.ts";
import { RecoveryCodes, twoStepTrail } from "../(_components)/two_step_page.tsx";

type Data = { codes: string[] } | { codesLeft: number };

export const handler = define.handlers({
  async GET(ctx) {
    const twoStep = await readTwoStep(ctx.state.environment, accountOf(signedIn(ctx.state).session));
    if (twoStep.state !== "on") return ctx.redirect("/account/two-step", 303);
    ctx.state.title = { page: "New recovery codes", section: "Your account" };
    return page<Data>({ codesLeft: twoStep.codesLeft });
  },
  async POST(ctx) {
    const codes = await renewRecoveryCodes(ctx.state.environment, confirmedAccountOf(ctx.state));
    ctx.state.title = { page: "Your recovery codes", section: "Your account" };
    return page<Data>({ codes }, { headers: { "cache-control": "no-store" } });
  },
});

export default define.page<typeof handler>(({ data }) =>
  "codes" in data ? <RecoveryCodes {...data} /> : (
    <>
      <PageHeader
        trail={twoStepTrail}
        title="New recovery codes"
        state={`You have ${data.codesLeft} left. The new ten take their place; the old ones stop working.`}
      />
      <Form
        action="/account/two-step/codes"
        submit="Make ten new codes"
        cancel={{ label: "Keep the old codes", href: "/account/two-step" }}
      >
        {null}
      </Form>
    </>
  )
);
