/** The form of a new plan, as its page and the buttons among its fields show it. */
import type { FormError } from "../../../../components/ui/error_summary.tsx";
import type { PlanExample } from "./plan_example.ts";
import type { PlanFormProps } from "./plan_form.tsx";
import type { PlanValues } from "./plan_values.ts";

export function newPlanForm(
  values: PlanValues,
  example: PlanExample,
  key: string,
  errors: FormError[] = [],
): PlanFormProps {
  return {
    title: "Make a plan",
    state:
      "A price list with its charges. Once saved it never changes; other prices are a new version of it.",
    trail: [{ label: "Home", href: "/" }, { label: "Plans", href: "/plans" }],
    action: "/plans/new",
    fieldsAction: "/plans/new/fields",
    submit: "Save the plan",
    cancel: { label: "Leave without saving", href: "/plans" },
    hidden: { key },
    values,
    errors,
    example,
    isVersion: false,
  };
}
