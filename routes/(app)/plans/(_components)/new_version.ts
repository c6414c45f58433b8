/** The form of a new version, as its page and the buttons among its fields show it. */
import type { FormError } from "../../../../components/ui/error_summary.tsx";
import type { FreshContext } from "fresh";
import { withTenant } from "../../../../db/tenant.ts";
import { signedIn, type State } from "../../../../define.ts";
import { requireCapability } from "../../../../lib/auth/policy.ts";
import { findPlan, type RatePlanDetail } from "../../../../lib/plans/views.ts";
import type { PlanExample } from "./plan_example.ts";
import type { PlanFormProps } from "./plan_form.tsx";
import type { PlanValues } from "./plan_values.ts";

/** The plan of the page's address, for whoever may change it. Throws `NotFound` and `NotPermitted`. */
export async function readPlan(ctx: FreshContext<State>): Promise<RatePlanDetail> {
  const { session, tenantId } = signedIn(ctx.state);
  requireCapability(session.actor, "plans.write");
  return await withTenant(
    ctx.state.environment.database,
    tenantId,
    (db) => findPlan(db, ctx.params.id),
    { readOnly: true },
  );
}

/** `afterVersion` is the one that was copied. */
export function newVersionForm(
  { plan }: RatePlanDetail,
  values: PlanValues,
  example: PlanExample,
  { afterVersion, key }: { afterVersion: string; key: string },
  errors: FormError[] = [],
): PlanFormProps {
  const here = `/plans/${plan.id}`;
  return {
    title: "Make a new version",
    state:
      `The charges of version ${afterVersion} to begin with. That version stays as it is, and so do its contracts.`,
    trail: [
      { label: "Home", href: "/" },
      { label: "Plans", href: "/plans" },
      { label: plan.name, href: here },
    ],
    action: `${here}/versions/new`,
    fieldsAction: `${here}/versions/fields`,
    submit: "Save the new version",
    cancel: { label: "Back to the plan, unchanged", href: here },
    hidden: { key, afterVersion },
    values,
    errors,
    example,
    isVersion: true,
  };
}
