/** Ends a contract, or ends it earlier. */
import { define } from "../../../../define.ts";
import { endContract } from "../../../../lib/contracts/amendments/commands.ts";
import { DayField, ReasonField } from "../(_components)/amendment_fields.tsx";
import { amendmentHandlers, AmendmentPage } from "../(_components)/amendment_page.tsx";
import { amendedDayWords, firstOpenDay } from "../(_components)/contract_change.tsx";
import { lastDayWords } from "../(_components)/contract_words.tsx";
import { fieldIn } from "../(_components)/term_form.tsx";

const title = "End the contract";
const labels = { endDate: "End", reason: "Why" };

export const handler = amendmentHandlers({
  title,
  labels,
  command: endContract,
  done: "ended",
  find: () => Promise.resolve(null),
  proposed: () => ({}),
  inputOf: (_db, values, { contract }) => Promise.resolve({ contractId: contract.id, ...values }),
});

export default define.page<typeof handler>(({ data }) => {
  const { detail } = data;
  const at = fieldIn(data, labels);
  return (
    <AmendmentPage
      data={data}
      labels={labels}
      title={title}
      state={`${lastDayWords(detail.contract.endDate)} Vehicles that would stay longer end with it.`}
      path="end"
      submit="Set the end"
      before="the end is set"
    >
      <DayField
        field={at("endDate")}
        help={`The first day after the contract. ${amendedDayWords(detail)}`}
        example={firstOpenDay(detail).add({ months: 1 })}
      />
      <ReasonField field={at("reason")} />
    </AmendmentPage>
  );
});
