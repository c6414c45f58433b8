/** Ends a contract, or moves its end. */
import { page } from "fresh";
import { errorAt } from "../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import { define } from "../../../../define.ts";
import { endContract } from "../../../../lib/contracts/commands.ts";
import { readForm } from "../../../(_components)/form_fields.ts";
import {
  type ChangeForm,
  ContractChange,
  firstOpenDay,
  openDayWords,
  readContract,
} from "../(_components)/contract_change.tsx";
import { sendChange } from "../(_components)/send_change.ts";

const labels = { endDate: "End" };

type Shown = ChangeForm<{ endDate: string }>;

export const handler = define.handlers({
  async GET(ctx) {
    const { detail } = await readContract(ctx, () => Promise.resolve());
    const { endDate, reference } = detail.contract;
    ctx.state.title = { page: "End a contract", section: `Contract ${reference}` };
    const values = { endDate: endDate?.toString() ?? "" };
    return page<Shown>({ detail, values, errors: [], key: crypto.randomUUID() });
  },
  async POST(ctx) {
    const { detail } = await readContract(ctx, () => Promise.resolve());
    const { id, reference } = detail.contract;
    const field = await readForm(ctx.req);
    const values = { endDate: field("endDate").trim() };
    const sent = await sendChange(ctx, endContract, {
      key: field("key"),
      read: () => Promise.resolve({ contractId: id, ...values }),
      labels,
    });
    if ("saved" in sent) return ctx.redirect(`/contracts/${id}?done=ended`, 303);
    ctx.state.title = { page: "End a contract", section: `Contract ${reference}`, hasErrors: true };
    return page<Shown>({ detail, values, ...sent }, { status: sent.status });
  },
});

export default define.page<typeof handler>(({ data: { detail, values, errors, key } }) => (
  <ContractChange
    detail={detail}
    errors={errors}
    idempotencyKey={key}
    title="End the contract"
    state="Vehicles that would stay longer end with it."
    path="end"
    submit="Set the end"
    before="the end is set"
  >
    <TextField
      id="endDate"
      label={labels.endDate}
      help={`The first day after the contract. ${openDayWords(detail)}`}
      example={firstOpenDay(detail).add({ months: 1 }).toString()}
      type="date"
      value={values.endDate}
      error={errorAt(errors, "endDate")}
      short
    />
  </ContractChange>
));
