/** Swaps two vehicles of a contract on one day. */
import { TextField } from "../../../../components/ui/field.tsx";
import { define } from "../../../../define.ts";
import { swapVehicle } from "../../../../lib/contracts/commands.ts";
import { findVehicleId, listVehicleChoices, listVehiclesOn } from "../../../../lib/contracts/views.ts";
import { DayField, suggestionsOf } from "../(_components)/amendment_fields.tsx";
import { amendmentHandlers, AmendmentPage } from "../(_components)/amendment_page.tsx";
import { amendedDayWords, firstOpenDay } from "../(_components)/contract_change.tsx";
import { fieldIn } from "../(_components)/term_form.tsx";

const title = "Swap vehicles";
const labels = { vehicleOff: "Vehicle that goes", vehicleOn: "Vehicle that comes", date: "Day of the swap" };

export const handler = amendmentHandlers({
  title,
  labels,
  command: swapVehicle,
  done: "swapped",
  find: async (db, detail) => {
    const [on, free] = await Promise.all([
      listVehiclesOn(db, detail.contract.id, firstOpenDay(detail)),
      listVehicleChoices(db),
    ]);
    return { on, free };
  },
  proposed: (detail) => ({ date: firstOpenDay(detail).toString() }),
  inputOf: async (db, { vehicleOff, vehicleOn, date }, { contract }) => {
    const vehicleOffId = await findVehicleId(db, "vehicleOff", vehicleOff);
    const vehicleOnId = await findVehicleId(db, "vehicleOn", vehicleOn);
    return { contractId: contract.id, vehicleOffId, vehicleOnId, date };
  },
});

export default define.page<typeof handler>(({ data }) => {
  const { detail, more: { on, free } } = data;
  const at = fieldIn(data, labels);
  return (
    <AmendmentPage
      data={data}
      labels={labels}
      title={title}
      state="One goes and another comes on the same day, for as long as the first would have stayed."
      path="swap"
      submit="Swap the vehicles"
      before="the vehicles are swapped"
    >
      <TextField
        {...at("vehicleOff")}
        help="By its reference. Its last day is the day before the swap."
        example="V-0042"
        suggestions={suggestionsOf(on)}
        short
      />
      <TextField
        {...at("vehicleOn")}
        help="By its reference. Its first day is the day of the swap."
        example="V-0107"
        suggestions={suggestionsOf(free)}
        short
      />
      <DayField field={at("date")} help={amendedDayWords(detail)} example={firstOpenDay(detail)} />
    </AmendmentPage>
  );
});
