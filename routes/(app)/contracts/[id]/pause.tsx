/** Pauses a contract: nothing of those days is billed. */
import { define } from "../../../../define.ts";
import { pauseContract } from "../../../../lib/contracts/amendments/commands.ts";
import { DayField, ReasonField } from "../(_components)/amendment_fields.tsx";
import { amendmentHandlers, AmendmentPage } from "../(_components)/amendment_page.tsx";
import { amendedDayWords, firstOpenDay } from "../(_components)/contract_change.tsx";
import { fieldIn } from "../(_components)/term_form.tsx";

const title = "Pause the contract";
const labels = { fromDate: "First day of the pause", untilDate: "First day after it", reason: "Why" };

export const handler = amendmentHandlers({
  title,
  labels,
  command: pauseContract,
  done: "paused",
  find: () => Promise.resolve(null),
  proposed: (detail) => ({ fromDate: firstOpenDay(detail).toString() }),
  inputOf: (_db, values, { contract }) => Promise.resolve({ contractId: contract.id, ...values }),
});

export default define.page<typeof handler>(({ data }) => {
  const at = fieldIn(data, labels);
  const day = firstOpenDay(data.detail);
  return (
    <AmendmentPage
      data={data}
      labels={labels}
      title={title}
      state="The days of a pause cost nothing, and what is driven in them is not billed. The end of the contract stays."
      path="pause"
      submit={title}
      before="the contract is paused"
    >
      <DayField field={at("fromDate")} help={amendedDayWords(data.detail)} example={day} />
      <DayField
        field={at("untilDate")}
        help="The day on which it runs again. Empty while that is open."
        example={day.add({ months: 1 })}
        optional
      />
      <ReasonField field={at("reason")} />
    </AmendmentPage>
  );
});
