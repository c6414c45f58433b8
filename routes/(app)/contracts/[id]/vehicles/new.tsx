/** Puts a vehicle on a contract. */
import { TextField } from "../../../../../components/ui/field.tsx";
import { define } from "../../../../../define.ts";
import { assignVehicle } from "../../../../../lib/contracts/commands.ts";
import { findVehicleId, listVehicleChoices } from "../../../../../lib/contracts/views.ts";
import { DayField, suggestionsOf } from "../../(_components)/amendment_fields.tsx";
import { amendmentHandlers, AmendmentPage } from "../../(_components)/amendment_page.tsx";
import { amendedDayWords, firstOpenDay } from "../../(_components)/contract_change.tsx";
import { fieldIn } from "../../(_components)/term_form.tsx";

const title = "Put a vehicle on";
const labels = { vehicle: "Vehicle", fromDate: "From", toDate: "First day off" };

export const handler = amendmentHandlers({
  title,
  labels,
  command: assignVehicle,
  done: "on",
  find: (db) => listVehicleChoices(db),
  proposed: (detail) => ({ fromDate: firstOpenDay(detail).toString() }),
  inputOf: async (db, { vehicle, fromDate, toDate }, { contract }) => {
    const vehicleId = await findVehicleId(db, "vehicle", vehicle);
    return { contractId: contract.id, vehicleId, fromDate, toDate };
  },
});

export default define.page<typeof handler>(({ data }) => {
  const { detail, more: free } = data;
  const at = fieldIn(data, labels);
  const day = firstOpenDay(detail);
  return (
    <AmendmentPage
      data={data}
      labels={labels}
      title={title}
      state="A vehicle is on one contract at a time."
      path="vehicles/new"
      submit="Put the vehicle on"
      before="the vehicle is put on"
    >
      <TextField
        {...at("vehicle")}
        help="By its reference."
        example="V-0042"
        suggestions={suggestionsOf(free)}
        short
      />
      <DayField field={at("fromDate")} help={amendedDayWords(detail)} example={day} />
      <DayField
        field={at("toDate")}
        help="The day after its last one. Empty while it stays."
        example={day.add({ months: 1 })}
        optional
      />
    </AmendmentPage>
  );
});
