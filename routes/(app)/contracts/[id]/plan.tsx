/** Puts a contract on another plan, or on the newest version of its own, from a day on. */
import { fieldIn } from "../(_components)/term_form.tsx";
import { define } from "../../../../define.ts";
import { changePlan } from "../../../../lib/contracts/amendments/commands.ts";
import { findNewestVersionId, listPlanChoices } from "../../../../lib/contracts/views.ts";
import { amendmentHandlers, AmendmentPage } from "../(_components)/amendment_page.tsx";
import { amendedDayWords, firstOpenDay } from "../(_components)/contract_change.tsx";
import { planWords } from "../(_components)/contract_words.tsx";
import { DayField, ReasonField } from "../(_components)/amendment_fields.tsx";
import { ReferenceField } from "../(_components)/reference_field.tsx";

const title = "Change the plan";
const labels = { plan: "Plan", effectiveDate: "First day on the plan", reason: "Why" };

export const handler = amendmentHandlers({
  title,
  labels,
  command: changePlan,
  done: "plan",
  find: (db) => listPlanChoices(db),
  proposed: (detail) => ({
    plan: detail.contract.planReference,
    effectiveDate: firstOpenDay(detail).toString(),
  }),
  inputOf: async (db, { plan, effectiveDate, reason }, { contract }) => ({
    contractId: contract.id,
    ratePlanVersionId: await findNewestVersionId(db, "plan", plan),
    effectiveDate,
    reason,
  }),
  fields: { ratePlanVersionId: "plan" },
});

export default define.page<typeof handler>(({ data }) => {
  const { detail, more: plans } = data;
  const at = fieldIn(data, labels);
  return (
    <AmendmentPage
      data={data}
      labels={labels}
      title={title}
      state={`It is on ${
        planWords(detail.contract)
      }. A period with a day of both plans is billed by both, each for its days.`}
      path="plan"
      submit={title}
      before="the plan is changed"
    >
      <ReferenceField
        {...at("plan")}
        help={`Its newest version, in ${detail.contract.currency}.`}
        example="lease-gbp"
        nothing="Choose a plan"
        choices={plans}
      />
      <DayField field={at("effectiveDate")} help={amendedDayWords(detail)} example={firstOpenDay(detail)} />
      <ReasonField field={at("reason")} />
    </AmendmentPage>
  );
});
