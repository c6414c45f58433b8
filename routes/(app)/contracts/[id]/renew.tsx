/** Lets a contract run beyond its end. */
import { define } from "../../../../define.ts";
import { renewContract } from "../../../../lib/contracts/amendments/commands.ts";
import { DayField, ReasonField } from "../(_components)/amendment_fields.tsx";
import { amendmentHandlers, AmendmentPage } from "../(_components)/amendment_page.tsx";
import { firstOpenDay } from "../(_components)/contract_change.tsx";
import { lastDayWords } from "../(_components)/contract_words.tsx";
import { fieldIn } from "../(_components)/term_form.tsx";

const title = "Renew the contract";
const labels = { endDate: "New end", reason: "Why" };

export const handler = amendmentHandlers({
  title,
  labels,
  command: renewContract,
  done: "renewed",
  find: () => Promise.resolve(null),
  proposed: ({ contract }) => ({ endDate: contract.endDate?.add({ years: 1 }).toString() }),
  inputOf: (_db, values, { contract }) => Promise.resolve({ contractId: contract.id, ...values }),
});

export default define.page<typeof handler>(({ data }) => {
  const { detail } = data;
  const { endDate } = detail.contract;
  const at = fieldIn(data, labels);
  return (
    <AmendmentPage
      data={data}
      labels={labels}
      title={title}
      state={`${lastDayWords(endDate)} Vehicles that are on it to that day stay on.`}
      path="renew"
      submit={title}
      before="the contract is renewed"
    >
      <DayField
        field={at("endDate")}
        help="The first day after the contract. Empty for no end."
        example={(endDate ?? firstOpenDay(detail)).add({ years: 1 })}
        optional
      />
      <ReasonField field={at("reason")} />
    </AmendmentPage>
  );
});
