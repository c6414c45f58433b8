/** The fields of a new plan after a button among them: one charge or tier more or less. Nothing is saved. */
import { page } from "fresh";
import { define, signedIn } from "../../../../define.ts";
import { requireCapability } from "../../../../lib/auth/policy.ts";
import { readForm } from "../../../(_components)/form_fields.ts";
import { newPlanForm } from "../(_components)/new_plan.ts";
import { readPlanExample } from "../(_components)/plan_example.ts";
import { PlanForm } from "../(_components)/plan_form.tsx";
import { changed, readPlanValues } from "../(_components)/plan_values.ts";

export const handler = define.handlers({
  GET: (ctx) => ctx.redirect("/plans/new", 303),
  async POST(ctx) {
    requireCapability(signedIn(ctx.state).session.actor, "plans.write");
    const field = await readForm(ctx.req);
    ctx.state.title = { page: "Make a plan", section: "Plans" };
    const values = changed(readPlanValues(field), field("change"));
    const { currency } = values;
    const example = await readPlanExample({ state: ctx.state, values, currency, typed: field });
    return page(newPlanForm(values, example, field("key")));
  },
});

export default define.page<typeof handler>(({ data }) => <PlanForm {...data} />);
