/** Takes a vehicle off a contract, or moves the day on which it goes. */
import { longDate } from "../../../../../../components/ui/date.tsx";
import type { NamedStay } from "../../../../../../db/queries/contract_vehicle.ts";
import { define } from "../../../../../../define.ts";
import { endAssignment } from "../../../../../../lib/contracts/commands.ts";
import { findStay } from "../../../../../../lib/contracts/views.ts";
import { DayField } from "../../../(_components)/amendment_fields.tsx";
import { amendmentHandlers, AmendmentPage } from "../../../(_components)/amendment_page.tsx";
import { amendedDayWords, firstOpenDay } from "../../../(_components)/contract_change.tsx";
import { fieldIn } from "../../../(_components)/term_form.tsx";

const labels = { toDate: "First day off" };

export const handler = amendmentHandlers({
  title: "Take a vehicle off",
  labels,
  command: endAssignment,
  done: "off",
  find: (db, { contract }, ctx) => findStay(db, contract.id, ctx.params.vehicle),
  proposed: (_detail, stay) => ({ toDate: stay.to?.toString() }),
  inputOf: (_db, { toDate }, _detail, { contractId, vehicleId }) => {
    return Promise.resolve({ contractId, vehicleId, toDate });
  },
});

export default define.page<typeof handler>(({ data }) => {
  const { detail, more: stay } = data;
  return (
    <AmendmentPage
      data={data}
      labels={labels}
      title={`Take ${stay.vehicle} off`}
      state={stayWords(stay)}
      path={`vehicles/${stay.vehicleId}/end`}
      submit="Set its last day"
      before="the vehicle is taken off"
    >
      <DayField
        field={fieldIn(data, labels)("toDate")}
        help={`Its last day is the day before. ${amendedDayWords(detail)}`}
        example={firstOpenDay(detail).add({ months: 1 })}
      />
    </AmendmentPage>
  );
});

function stayWords({ vehicle, plate, from, to }: NamedStay): string {
  const since = `${vehicle}, ${plate}, is on it since ${longDate(from.toString())}`;
  if (to === null) return `${since}, with no end.`;
  return `${since}; its last day is ${longDate(to.subtract({ days: 1 }).toString())}.`;
}
