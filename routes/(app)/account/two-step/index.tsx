/** Two-step sign-in of whoever is signed in: how it stands, and the first step to set it up. */
import { page } from "fresh";
import { define, signedIn } from "../../../../define.ts";
import { beginTwoStep, readTwoStep, type TwoStepState } from "../../../../lib/auth/two_step.ts";
import { isConfirmed } from "../../../../lib/core/confirmation.ts";
import { accountOf, confirmedAccountOf } from "../(_components)/account_of.ts";
import { TwoStepPage, twoStepTitle } from "../(_components)/two_step_page.tsx";

/** The page may show the key. */
const headers = { "cache-control": "no-store" };

export const handler = define.handlers({
  async GET(ctx) {
    const { session } = signedIn(ctx.state);
    ctx.state.title = { page: twoStepTitle, section: "Your account" };
    const { environment } = ctx.state;
    const found = await readTwoStep(environment, accountOf(session));
    // A key that was left waiting is shown to nobody who did not just confirm: who has it could give the codes of the owner.
    const mayShow = found.state !== "pending" || isConfirmed(session.actor, environment.clock.now());
    const twoStep: TwoStepState = mayShow ? found : { state: "off" };
    return page({ twoStep, done: ctx.url.searchParams.get("done") }, { headers });
  },
  async POST(ctx) {
    await beginTwoStep(ctx.state.environment, confirmedAccountOf(ctx.state));
    return ctx.redirect("/account/two-step", 303);
  },
});

export default define.page<typeof handler>(({ data }) => <TwoStepPage {...data} errors={[]} />);
