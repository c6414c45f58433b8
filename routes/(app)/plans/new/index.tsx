/** Makes a plan with the first version of its charges. */
import { page } from "fresh";
import { define, signedIn } from "../../../../define.ts";
import { requireCapability } from "../../../../lib/auth/policy.ts";
import { createRatePlan } from "../../../../lib/plans/commands.ts";
import { readForm } from "../../../(_components)/form_fields.ts";
import { emptyCharge } from "../(_components)/charge_values.ts";
import { newPlanForm } from "../(_components)/new_plan.ts";
import { readPlanExample } from "../(_components)/plan_example.ts";
import { PlanForm } from "../(_components)/plan_form.tsx";
import { readPlanValues } from "../(_components)/plan_values.ts";
import { sendPlan } from "../(_components)/send_plan.ts";

export const handler = define.handlers({
  async GET(ctx) {
    requireCapability(signedIn(ctx.state).session.actor, "plans.write");
    ctx.state.title = { page: "Make a plan", section: "Plans" };
    const values = { reference: "", name: "", currency: "", taxInclusive: false, charges: [emptyCharge] };
    const example = await readPlanExample({ state: ctx.state, values, currency: "" });
    return page(newPlanForm(values, example, crypto.randomUUID()));
  },
  async POST(ctx) {
    requireCapability(signedIn(ctx.state).session.actor, "plans.write");
    const field = await readForm(ctx.req);
    const values = readPlanValues(field);
    const { reference, name, currency, taxInclusive } = values;
    const inputOf = (charges: Parameters<typeof createRatePlan.run>[1]["charges"]) => {
      return { reference, name, currency, taxInclusive, charges };
    };
    const sent = await sendPlan(ctx, createRatePlan, values, field("key"), inputOf);
    if ("saved" in sent) return ctx.redirect(`/plans/${sent.saved.ratePlanId}?done=made`, 303);
    ctx.state.title = { page: "Make a plan", section: "Plans", hasErrors: true };
    const example = await readPlanExample({ state: ctx.state, values, currency, typed: field });
    return page(newPlanForm(values, example, sent.key, sent.errors), { status: sent.status });
  },
});

export default define.page<typeof handler>(({ data }) => <PlanForm {...data} />);
