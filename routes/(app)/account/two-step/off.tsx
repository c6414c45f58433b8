/** Turns two-step sign-in off, after a last look. */
import { page } from "fresh";
import { Form } from "../../../../components/ui/form.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { define, signedIn } from "../../../../define.ts";
import { readTwoStep, turnTwoStepOff } from "../../../../lib/auth/two_step.ts";
import { accountOf, confirmedAccountOf } from "../(_components)/account_of.ts";
import { twoStepTrail } from "../(_components)/two_step_page.tsx";

const title = "Turn two-step sign-in off";

export const handler = define.handlers({
  async GET(ctx) {
    const { state } = await readTwoStep(ctx.state.environment, accountOf(signedIn(ctx.state).session));
    if (state !== "on") return ctx.redirect("/account/two-step", 303);
    ctx.state.title = { page: title, section: "Your account" };
    return page();
  },
  async POST(ctx) {
    await turnTwoStepOff(ctx.state.environment, confirmedAccountOf(ctx.state));
    return ctx.redirect("/account/two-step?done=off", 303);
  },
});

export default define.page(() => (
  <>
    <PageHeader
      trail={twoStepTrail}
      title={title}
      state="Your password is then enough to sign in. Your app’s key and your recovery codes stop working."
    />
    <Form
      action="/account/two-step/off"
      submit={title}
      cancel={{ label: "Keep it on", href: "/account/two-step" }}
    >
      {null}
    </Form>
  </>
));
