/** Swaps two vehicles of a contract on one day. */
import { page } from "fresh";
import { errorAt } from "../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import type { NamedReference } from "../../../../db/queries/contract_choice.ts";
import type { TenantDb } from "../../../../db/tenant.ts";
import { define } from "../../../../define.ts";
import { swapVehicle } from "../../../../lib/contracts/commands.ts";
import {
  type ContractDetail,
  findVehicleId,
  listVehicleChoices,
  listVehiclesOn,
} from "../../../../lib/contracts/views.ts";
import { readForm } from "../../../(_components)/form_fields.ts";
import {
  type ChangeForm,
  ContractChange,
  firstOpenDay,
  openDayWords,
  readContract,
} from "../(_components)/contract_change.tsx";
import { sendChange } from "../(_components)/send_change.ts";

const labels = { vehicleOff: "Vehicle that goes", vehicleOn: "Vehicle that comes", date: "Day of the swap" };

interface Vehicles {
  on: NamedReference[];
  free: NamedReference[];
}

interface Shown extends ChangeForm<{ vehicleOff: string; vehicleOn: string; date: string }>, Vehicles {}

export const handler = define.handlers({
  async GET(ctx) {
    const { detail, more } = await readContract(ctx, listVehicles);
    const values = { vehicleOff: "", vehicleOn: "", date: firstOpenDay(detail).toString() };
    ctx.state.title = { page: "Swap vehicles", section: `Contract ${detail.contract.reference}` };
    return page<Shown>({ detail, ...more, values, errors: [], key: crypto.randomUUID() });
  },
  async POST(ctx) {
    const { detail, more } = await readContract(ctx, listVehicles);
    const field = await readForm(ctx.req);
    const values = {
      vehicleOff: field("vehicleOff").trim(),
      vehicleOn: field("vehicleOn").trim(),
      date: field("date").trim(),
    };
    const { id, reference } = detail.contract;
    const sent = await sendChange(ctx, swapVehicle, {
      key: field("key"),
      read: async (db) => {
        const vehicleOffId = await findVehicleId(db, "vehicleOff", values.vehicleOff);
        const vehicleOnId = await findVehicleId(db, "vehicleOn", values.vehicleOn);
        return { contractId: id, vehicleOffId, vehicleOnId, date: values.date };
      },
      labels,
    });
    if ("saved" in sent) return ctx.redirect(`/contracts/${id}?done=swapped`, 303);
    ctx.state.title = { page: "Swap vehicles", section: `Contract ${reference}`, hasErrors: true };
    return page<Shown>({ detail, ...more, values, ...sent }, { status: sent.status });
  },
});

export default define.page<typeof handler>(({ data: { detail, on, free, values, errors, key } }) => (
  <ContractChange
    detail={detail}
    errors={errors}
    idempotencyKey={key}
    title="Swap vehicles"
    state="One goes and another comes on the same day, for as long as the first would have stayed."
    path="swap"
    submit="Swap the vehicles"
    before="the vehicles are swapped"
  >
    <TextField
      id="vehicleOff"
      label={labels.vehicleOff}
      help="By its reference. Its last day is the day before the swap."
      example="V-0042"
      value={values.vehicleOff}
      suggestions={suggestionsOf(on)}
      error={errorAt(errors, "vehicleOff")}
      short
    />
    <TextField
      id="vehicleOn"
      label={labels.vehicleOn}
      help="By its reference. Its first day is the day of the swap."
      example="V-0107"
      value={values.vehicleOn}
      suggestions={suggestionsOf(free)}
      error={errorAt(errors, "vehicleOn")}
      short
    />
    <TextField
      id="date"
      label={labels.date}
      help={openDayWords(detail)}
      example={firstOpenDay(detail).toString()}
      type="date"
      value={values.date}
      error={errorAt(errors, "date")}
      short
    />
  </ContractChange>
));

function suggestionsOf(vehicles: NamedReference[]) {
  return vehicles.map(({ reference, name }) => ({ value: reference, label: name }));
}

async function listVehicles(db: TenantDb, detail: ContractDetail): Promise<Vehicles> {
  const [on, free] = await Promise.all([
    listVehiclesOn(db, detail.contract.id, firstOpenDay(detail)),
    listVehicleChoices(db),
  ]);
  return { on, free };
}
