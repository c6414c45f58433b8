/** Puts a contract on another plan, or on the newest version of its own, from the first period that is not billed. */
import { type FreshContext, page } from "fresh";
import { longDate } from "../../../../components/ui/date.tsx";
import { errorAt } from "../../../../components/ui/error_summary.tsx";
import { define, type State } from "../../../../define.ts";
import { changePlan } from "../../../../lib/contracts/commands.ts";
import { type Choices, findNewestVersionId, listContractChoices } from "../../../../lib/contracts/views.ts";
import { findBillableContract } from "../../../../lib/invoicing/views.ts";
import { readForm } from "../../../(_components)/form_fields.ts";
import {
  type ChangeForm,
  ContractChange,
  firstOpenDay,
  readContract,
} from "../(_components)/contract_change.tsx";
import { planWords } from "../(_components)/contract_words.tsx";
import { ReferenceField } from "../(_components)/reference_field.tsx";
import { sendChange } from "../(_components)/send_change.ts";

const labels = { plan: "Plan" };

interface Found {
  plans: Choices;
  /** First day of the first period that the other plan would price. */
  from: Temporal.PlainDate;
}

interface Shown extends ChangeForm<{ plan: string }>, Found {}

export const handler = define.handlers({
  async GET(ctx) {
    const { detail, more } = await read(ctx);
    const { planReference, reference } = detail.contract;
    ctx.state.title = { page: "Change the plan", section: `Contract ${reference}` };
    const values = { plan: planReference };
    return page<Shown>({ detail, ...more, values, errors: [], key: crypto.randomUUID() });
  },
  async POST(ctx) {
    const { detail, more } = await read(ctx);
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
    return page<Shown>({ detail, ...more, values, ...sent }, { status: sent.status });
  },
});

export default define.page<typeof handler>(({ data: { detail, plans, from, values, errors, key } }) => {
  const { contract } = detail;
  return (
    <ContractChange
      detail={detail}
      errors={errors}
      idempotencyKey={key}
      title="Change the plan"
      state={`It is on ${
        planWords(contract)
      }. The other plan prices every period that is not billed yet. The first begins on ${
        longDate(from.toString())
      }.`}
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

/** A period before the last billed one may have been left out; it is priced by the other plan too. */
function read(ctx: FreshContext<State>) {
  return readContract(ctx, async (db, detail): Promise<Found> => {
    const { contract } = detail;
    const [{ plans }, { periods }] = await Promise.all([
      listContractChoices(db),
      findBillableContract(db, contract.reference, ctx.state.environment.clock.now()),
    ]);
    const next = firstOpenDay(detail);
    const oldest = periods.at(-1)?.start ?? next;
    return { plans, from: Temporal.PlainDate.compare(oldest, next) < 0 ? oldest : next };
  });
}
