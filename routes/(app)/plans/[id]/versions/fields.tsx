/** The fields of a new version after a button among them: one charge or tier more or less. Nothing is saved. */
import { page } from "fresh";
import { define } from "../../../../../define.ts";
import { readForm } from "../../../../(_components)/form_fields.ts";
import { newVersionForm, readPlan } from "../../(_components)/new_version.ts";
import { readPlanExample } from "../../(_components)/plan_example.ts";
import { PlanForm } from "../../(_components)/plan_form.tsx";
import { changed, readPlanValues } from "../../(_components)/plan_values.ts";

export const handler = define.handlers({
  GET: (ctx) => ctx.redirect(`/plans/${ctx.params.id}/versions/new`, 303),
  async POST(ctx) {
    const detail = await readPlan(ctx);
    const field = await readForm(ctx.req);
    ctx.state.title = { page: "Make a new version", section: detail.plan.name };
    const values = changed(readPlanValues(field), field("change"));
    const { currency } = detail.plan;
    const example = await readPlanExample({ state: ctx.state, values, currency, typed: field });
    return page(
      newVersionForm(detail, values, example, { afterVersion: field("afterVersion"), key: field("key") }),
    );
  },
});

export default define.page<typeof handler>(({ data }) => <PlanForm {...data} />);
