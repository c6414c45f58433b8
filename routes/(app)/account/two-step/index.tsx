/** Two-step sign-in of whoever is signed in: how it stands, and the first step to set it up. */
import { page } from "fresh";
import { define, signedIn } from "../../../../define.ts";
import { beginTwoStep, readTwoStep } from "../../../../lib/auth/two_step.ts";
import { accountOf, confirmedAccountOf } from "../(_components)/account_of.ts";
import { TwoStepPage, twoStepTitle } from "../(_components)/two_step_page.tsx";

/** The page may show the key. */
const headers = { "cache-control": "no-store" };

export const handler = define.handlers({
  async GET(ctx) {
    const account = accountOf(signedIn(ctx.state).session);
    ctx.state.title = { page: twoStepTitle, section: "Your account" };
    const twoStep = await readTwoStep(ctx.state.environment, account);
    return page({ twoStep, done: ctx.url.searchParams.get("done") }, { headers });
  },
  async POST(ctx) {
    await beginTwoStep(ctx.state.environment, confirmedAccountOf(ctx.state));
    return ctx.redirect("/account/two-step", 303);
  },
});

export default define.page<typeof handler>(({ data }) => <TwoStepPage {...data} errors={[]} />);
