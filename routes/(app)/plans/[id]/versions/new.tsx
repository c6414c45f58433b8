/** Makes the next version of a plan, from a copy of the charges of the newest one. */
import { page } from "fresh";
import { define } from "../../../../../define.ts";
import { createRatePlanVersion } from "../../../../../lib/plans/commands.ts";
import { readForm } from "../../../../(_components)/form_fields.ts";
import { wholeNumberOf } from "../../../(_components)/sent_form.ts";
import { valuesOf } from "../../(_components)/charge_values.ts";
import { newVersionForm, readPlan } from "../../(_components)/new_version.ts";
import { readPlanExample } from "../../(_components)/plan_example.ts";
import { PlanForm } from "../../(_components)/plan_form.tsx";
import { readPlanValues } from "../../(_components)/plan_values.ts";
import { sendPlan } from "../../(_components)/send_plan.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const detail = await readPlan(ctx);
    const { plan, chosen, charges } = detail;
    ctx.state.title = { page: "Make a new version", section: plan.name };
    const { reference, name } = plan;
    const { currency, taxInclusive } = chosen;
    const values = { reference, name, currency, taxInclusive, charges: charges.map(valuesOf) };
    const hidden = { afterVersion: String(chosen.version), key: crypto.randomUUID() };
    const example = await readPlanExample({ state: ctx.state, values, currency });
    return page(newVersionForm(detail, values, example, hidden));
  },
  async POST(ctx) {
    const detail = await readPlan(ctx);
    const field = await readForm(ctx.req);
    const values = readPlanValues(field);
    const afterVersion = field("afterVersion");
    const ratePlanId = detail.plan.id;
    const { taxInclusive } = values;
    const inputOf = (charges: Parameters<typeof createRatePlanVersion.run>[1]["charges"]) => {
      return { ratePlanId, afterVersion: wholeNumberOf(afterVersion), taxInclusive, charges };
    };
    const sent = await sendPlan(ctx, createRatePlanVersion, values, field("key"), inputOf);
    if ("saved" in sent) return ctx.redirect(`/plans/${ratePlanId}?done=version`, 303);
    ctx.state.title = { page: "Make a new version", section: detail.plan.name, hasErrors: true };
    const { currency } = detail.plan;
    const example = await readPlanExample({ state: ctx.state, values, currency, typed: field });
    const form = newVersionForm(detail, values, example, { afterVersion, key: sent.key }, sent.errors);
    return page(form, { status: sent.status });
  },
});

export default define.page<typeof handler>(({ data }) => <PlanForm {...data} />);
