/** Puts a contract on another plan, or on the newest version of its own, from the first period that is not billed. */
import { page } from "fresh";
import { longDate } from "../../../../components/ui/date.tsx";
import { errorAt } from "../../../../components/ui/error_summary.tsx";
import { define } from "../../../../define.ts";
import { changePlan } from "../../../../lib/contracts/commands.ts";
import { type Choices, findNewestVersionId, listContractChoices } from "../../../../lib/contracts/views.ts";
import { readForm } from "../../../(_components)/form_fields.ts";
import { type ChangeForm, ContractChange, readContract } from "../(_components)/contract_change.tsx";
import { planWords } from "../(_components)/contract_words.tsx";
import { ReferenceField } from "../(_components)/reference_field.tsx";
import { sendChange } from "../(_components)/send_change.ts";

const labels = { plan: "Plan" };

interface Shown extends ChangeForm<{ plan: string }> {
  plans: Choices;
}

export const handler = define.handlers({
  async GET(ctx) {
    const { detail, more: { plans } } = await readContract(ctx, listContractChoices);
    const { planReference, reference } = detail.contract;
    ctx.state.title = { page: "Change the plan", section: `Contract ${reference}` };
    const values = { plan: planReference };
    return page<Shown>({ detail, plans, values, errors: [], key: crypto.randomUUID() });
  },
  async POST(ctx) {
    const { detail, more: { plans } } = await readContract(ctx, listContractChoices);
    const { id, reference } = detail.contract;
    const field = await readForm(ctx.req);
    const values = { plan: field("plan").trim() };
    const sent = await sendChange(ctx, changePlan, {
      key: field("key"),
      read: async (db) => {
        return { contractId: id, ratePlanVersionId: await findNewestVersionId(db, "plan", values.plan) };
      },
      fields: { ratePlanVersionId: "plan" },
      labels,
    });
    if ("saved" in sent) return ctx.redirect(`/contracts/${id}?done=plan`, 303);
    ctx.state.title = { page: "Change the plan", section: `Contract ${reference}`, hasErrors: true };
    return page<Shown>({ detail, plans, values, ...sent }, { status: sent.status });
  },
});

export default define.page<typeof handler>(({ data: { detail, plans, values, errors, key } }) => {
  const { contract, lastBilled } = detail;
  const from = lastBilled ? `from ${longDate(lastBilled.end.toString())} on` : "from its first day on";
  return (
    <ContractChange
      detail={detail}
      errors={errors}
      idempotencyKey={key}
      title="Change the plan"
      state={`It is on ${
        planWords(contract)
      }. The other plan prices every period that is not billed yet, ${from}.`}
      path="plan"
      submit="Change the plan"
      before="the plan is changed"
    >
      <ReferenceField
        id="plan"
        label={labels.plan}
        help={`Its newest version, in ${contract.currency}.`}
        example="lease-gbp"
        nothing="Choose a plan"
        choices={plans}
        value={values.plan}
        error={errorAt(errors, "plan")}
      />
    </ContractChange>
  );
});
