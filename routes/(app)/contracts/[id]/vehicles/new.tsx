/** Puts a vehicle on a contract. */
import { page } from "fresh";
import { errorAt } from "../../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../../components/ui/field.tsx";
import type { NamedReference } from "../../../../../db/queries/contract_choice.ts";
import { define } from "../../../../../define.ts";
import { assignVehicle } from "../../../../../lib/contracts/commands.ts";
import { findVehicleId, listVehicleChoices } from "../../../../../lib/contracts/views.ts";
import { readForm } from "../../../../(_components)/form_fields.ts";
import {
  type ChangeForm,
  ContractChange,
  firstOpenDay,
  openDayWords,
  readContract,
} from "../../(_components)/contract_change.tsx";
import { sendChange } from "../../(_components)/send_change.ts";

const labels = { vehicle: "Vehicle", fromDate: "From", toDate: "First day off" };

interface Shown extends ChangeForm<{ vehicle: string; fromDate: string; toDate: string }> {
  free: NamedReference[];
}

export const handler = define.handlers({
  async GET(ctx) {
    const { detail, more: free } = await readContract(ctx, listVehicleChoices);
    const values = {
      vehicle: ctx.url.searchParams.get("vehicle") ?? "",
      fromDate: firstOpenDay(detail).toString(),
      toDate: "",
    };
    ctx.state.title = { page: "Put a vehicle on", section: `Contract ${detail.contract.reference}` };
    return page<Shown>({ detail, free, values, errors: [], key: crypto.randomUUID() });
  },
  async POST(ctx) {
    const { detail, more: free } = await readContract(ctx, listVehicleChoices);
    const field = await readForm(ctx.req);
    const values = {
      vehicle: field("vehicle").trim(),
      fromDate: field("fromDate").trim(),
      toDate: field("toDate").trim(),
    };
    const { id, reference } = detail.contract;
    const { fromDate, toDate } = values;
    const sent = await sendChange(ctx, assignVehicle, {
      key: field("key"),
      read: async (db) => {
        const vehicleId = await findVehicleId(db, "vehicle", values.vehicle);
        return { contractId: id, vehicleId, fromDate, toDate };
      },
      labels,
    });
    if ("saved" in sent) return ctx.redirect(`/contracts/${id}?done=on`, 303);
    ctx.state.title = { page: "Put a vehicle on", section: `Contract ${reference}`, hasErrors: true };
    return page<Shown>({ detail, free, values, ...sent }, { status: sent.status });
  },
});

export default define.page<typeof handler>(({ data: { detail, free, values, errors, key } }) => (
  <ContractChange
    detail={detail}
    errors={errors}
    idempotencyKey={key}
    title="Put a vehicle on"
    state="A vehicle is on one contract at a time."
    path="vehicles/new"
    submit="Put the vehicle on"
    before="the vehicle is put on"
  >
    <TextField
      id="vehicle"
      label={labels.vehicle}
      help="By its reference."
      example="V-0042"
      value={values.vehicle}
      suggestions={free.map(({ reference, name }) => ({ value: reference, label: name }))}
      error={errorAt(errors, "vehicle")}
      short
    />
    <TextField
      id="fromDate"
      label={labels.fromDate}
      help={openDayWords(detail)}
      example={firstOpenDay(detail).toString()}
      type="date"
      value={values.fromDate}
      error={errorAt(errors, "fromDate")}
      short
    />
    <TextField
      id="toDate"
      label={labels.toDate}
      help="The day after its last one. Empty while it stays."
      example={firstOpenDay(detail).add({ months: 1 }).toString()}
      type="date"
      value={values.toDate}
      error={errorAt(errors, "toDate")}
      short
      optional
    />
  </ContractChange>
));
