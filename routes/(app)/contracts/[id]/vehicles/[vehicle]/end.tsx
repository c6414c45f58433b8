/** Takes a vehicle off a contract, or moves the day on which it goes. */
import { type FreshContext, page } from "fresh";
import { longDate } from "../../../../../../components/ui/date.tsx";
import { errorAt } from "../../../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../../../components/ui/field.tsx";
import type { NamedStay } from "../../../../../../db/queries/contract_vehicle.ts";
import { define, type State } from "../../../../../../define.ts";
import { endAssignment } from "../../../../../../lib/contracts/commands.ts";
import { findStay } from "../../../../../../lib/contracts/views.ts";
import { readForm } from "../../../../../(_components)/form_fields.ts";
import {
  type ChangeForm,
  ContractChange,
  firstOpenDay,
  openDayWords,
  readContract,
} from "../../../(_components)/contract_change.tsx";
import { sendChange } from "../../../(_components)/send_change.ts";

const labels = { toDate: "First day off" };

interface Shown extends ChangeForm<{ toDate: string }> {
  stay: NamedStay;
}

export const handler = define.handlers({
  async GET(ctx) {
    const { detail, stay } = await read(ctx);
    const values = { toDate: stay.to?.toString() ?? "" };
    ctx.state.title = { page: "Take a vehicle off", section: `Contract ${stay.contract}` };
    return page<Shown>({ detail, stay, values, errors: [], key: crypto.randomUUID() });
  },
  async POST(ctx) {
    const { detail, stay } = await read(ctx);
    const field = await readForm(ctx.req);
    const values = { toDate: field("toDate").trim() };
    const { contractId, vehicleId } = stay;
    const input = { contractId, vehicleId, ...values };
    const sent = await sendChange(ctx, endAssignment, {
      key: field("key"),
      read: () => Promise.resolve(input),
      labels,
    });
    if ("saved" in sent) return ctx.redirect(`/contracts/${contractId}?done=off`, 303);
    ctx.state.title = { page: "Take a vehicle off", section: `Contract ${stay.contract}`, hasErrors: true };
    return page<Shown>({ detail, stay, values, ...sent }, { status: sent.status });
  },
});

export default define.page<typeof handler>(({ data: { detail, stay, values, errors, key } }) => (
  <ContractChange
    detail={detail}
    errors={errors}
    idempotencyKey={key}
    title={`Take ${stay.vehicle} off`}
    state={stayWords(stay)}
    path={`vehicles/${stay.vehicleId}/end`}
    submit="Set its last day"
    before="the vehicle is taken off"
  >
    <TextField
      id="toDate"
      label={labels.toDate}
      help={`Its last day is the day before. ${openDayWords(detail)}`}
      example={firstOpenDay(detail).add({ months: 1 }).toString()}
      type="date"
      value={values.toDate}
      error={errorAt(errors, "toDate")}
      short
    />
  </ContractChange>
));

function stayWords({ vehicle, plate, from, to }: NamedStay): string {
  const since = `${vehicle}, ${plate}, is on it since ${longDate(from.toString())}`;
  if (to === null) return `${since}, with no end.`;
  return `${since}; its last day is ${longDate(to.subtract({ days: 1 }).toString())}.`;
}

async function read(ctx: FreshContext<State>) {
  const { vehicle } = ctx.params;
  const { detail, more } = await readContract(
    ctx,
    (db, { contract }) => findStay(db, contract.id, vehicle),
  );
  return { detail, stay: more };
}
