/** Lets a paused contract run on. */
import { define } from "../../../../define.ts";
import { resumeContract } from "../../../../lib/contracts/amendments/commands.ts";
import { listPauses } from "../../../../lib/contracts/amendments/views.ts";
import { DayField, ReasonField } from "../(_components)/amendment_fields.tsx";
import { amendmentHandlers, AmendmentPage } from "../(_components)/amendment_page.tsx";
import { amendedDayWords, firstOpenDay } from "../(_components)/contract_change.tsx";
import { pauseDays } from "../(_components)/contract_words.tsx";
import { fieldIn } from "../(_components)/term_form.tsx";

const title = "Resume the contract";
const labels = { date: "First day on which it runs again", reason: "Why" };

export const handler = amendmentHandlers({
  title,
  labels,
  command: resumeContract,
  done: "resumed",
  find: (db, { contract }) => listPauses(db, contract.id),
  proposed: () => ({}),
  inputOf: (_db, values, { contract }) => Promise.resolve({ contractId: contract.id, ...values }),
});

export default define.page<typeof handler>(({ data }) => {
  const { detail, more: pauses } = data;
  const at = fieldIn(data, labels);
  const last = pauses.at(-1);
  return (
    <AmendmentPage
      data={data}
      labels={labels}
      title={title}
      state={pauses.length === 0
        ? "It is not paused."
        : `It is paused ${
          pauses.map(pauseDays).join(" and ")
        }. The first day of a pause takes the pause back whole.`}
      path="resume"
      submit={title}
      before="the contract runs again"
    >
      <DayField
        field={at("date")}
        help={amendedDayWords(detail)}
        example={last ? last.from.add({ days: 1 }) : firstOpenDay(detail)}
      />
      <ReasonField field={at("reason")} />
    </AmendmentPage>
  );
});
