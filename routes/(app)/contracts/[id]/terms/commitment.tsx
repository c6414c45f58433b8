/** Agrees a minimum and a cap of what the periods of a contract come to. */
import { Select } from "../../../../../components/ui/choice.tsx";
import { TextField } from "../../../../../components/ui/field.tsx";
import { define } from "../../../../../define.ts";
import { ContractChange } from "../../(_components)/contract_change.tsx";
import {
  ChargesField,
  fieldIn,
  FromField,
  sharedLabels,
  termHandlers,
  ToField,
} from "../../(_components)/term_form.tsx";

const title = "Agree a minimum or a cap";
const { name, charges, fromDate, toDate } = sharedLabels;
const labels = {
  name,
  minimum: "Minimum",
  cap: "Cap",
  charges,
  taxRate: "Tax of the minimum",
  fromDate,
  toDate,
};

export const handler = termHandlers({ kind: "commitment", title, name: "Commitment", labels });

export default define.page<typeof handler>(({ data }) => {
  const { detail, choices, errors, key } = data;
  const at = fieldIn(data, labels);
  const { currency } = detail.contract;
  return (
    <ContractChange
      detail={detail}
      errors={errors}
      idempotencyKey={key}
      title={title}
      state="Each period’s charges are lifted to the one and cut to the other, before discounts and tax."
      path="terms/commitment"
      submit="Agree it"
      before="it is agreed"
    >
      <TextField {...at("name")} help="As the invoice names it." example="Commitment" />
      <TextField
        {...at("minimum")}
        help={`What a period comes to at least, in ${currency}.`}
        example="500.00"
        inputmode="decimal"
        short
        optional
      />
      <TextField
        {...at("cap")}
        help={`What it comes to at most, in ${currency}.`}
        example="900.00"
        inputmode="decimal"
        short
        optional
      />
      <ChargesField field={at("charges")} choices={choices} />
      {choices.rates.length > 1 && (
        <Select
          {...at("taxRate")}
          help="How what the minimum adds is taxed."
          options={[
            { value: "", label: "As the charges that count" },
            ...choices.rates.map((rate) => ({ value: rate, label: `${rate}%` })),
          ]}
          optional
        />
      )}
      <FromField field={at("fromDate")} detail={detail} />
      <ToField field={at("toDate")} detail={detail} />
    </ContractChange>
  );
});
