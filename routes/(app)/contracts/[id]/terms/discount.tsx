/** Agrees a discount on the charges of a contract. */
import { TextField } from "../../../../../components/ui/field.tsx";
import { define } from "../../../../../define.ts";
import { ContractChange } from "../../(_components)/contract_change.tsx";
import {
  ChargesField,
  fieldIn,
  FromField,
  PeriodsField,
  sharedLabels,
  termHandlers,
  ToField,
} from "../../(_components)/term_form.tsx";

const title = "Agree a discount";
const { name, charges, fromDate, periods, toDate } = sharedLabels;
const labels = {
  name,
  percent: "Percentage",
  amount: "Amount",
  charges,
  fromDate,
  periods,
  toDate,
};

export const handler = termHandlers({ kind: "discount", title, name: "Discount", labels });

export default define.page<typeof handler>(({ data }) => {
  const { detail, choices, errors, key } = data;
  const at = fieldIn(data, labels);
  return (
    <ContractChange
      detail={detail}
      errors={errors}
      idempotencyKey={key}
      title={title}
      state="It comes off each period’s charges, before tax. Of several, percentages come first."
      path="terms/discount"
      submit="Agree it"
      before="it is agreed"
    >
      <TextField {...at("name")} help="As the invoice names it." example="Welcome discount" />
      <TextField
        {...at("percent")}
        help="Of the charges. Type this or an amount."
        example="10"
        inputmode="decimal"
        short
        optional
      />
      <TextField
        {...at("amount")}
        help={`Off each period, in ${detail.contract.currency}. Never more than there is.`}
        example="25.00"
        inputmode="decimal"
        short
        optional
      />
      <ChargesField field={at("charges")} choices={choices} />
      <FromField field={at("fromDate")} detail={detail} />
      <PeriodsField field={at("periods")} />
      <ToField field={at("toDate")} detail={detail} />
    </ContractChange>
  );
});
