/** Gives a contract units of one charge free in each period. */
import { Select } from "../../../../../components/ui/choice.tsx";
import { TextField } from "../../../../../components/ui/field.tsx";
import { define } from "../../../../../define.ts";
import { ContractChange } from "../../(_components)/contract_change.tsx";
import {
  fieldIn,
  FromField,
  PeriodsField,
  sharedLabels,
  termHandlers,
  ToField,
} from "../../(_components)/term_form.tsx";

const title = "Give free units";
const { name, fromDate, periods, toDate } = sharedLabels;
const labels = { name, units: "Units", charges: "Of which charge", fromDate, periods, toDate };

export const handler = termHandlers({ kind: "free_units", title, name: "Free units", labels });

export default define.page<typeof handler>(({ data }) => {
  const { detail, choices, errors, key } = data;
  const at = fieldIn(data, labels);
  return (
    <ContractChange
      detail={detail}
      errors={errors}
      idempotencyKey={key}
      title={title}
      state="They come off what was used in a period, before it is priced."
      path="terms/free-units"
      submit="Give them"
      before="they are given"
    >
      <TextField {...at("name")} help="As the invoice explains it." example="Welcome miles" />
      <TextField
        {...at("units")}
        help="Each period. A charge by vehicle gives them to each vehicle."
        example="100"
        inputmode="decimal"
        short
      />
      <Select
        {...at("charges")}
        help={choices.freeUnitCharges.length > 0
          ? "What is charged by what was used."
          : "The plan has no charge whose units could be free."}
        options={choices.freeUnitCharges.map((reference) => ({ value: reference, label: reference }))}
      />
      <FromField field={at("fromDate")} detail={detail} />
      <PeriodsField field={at("periods")} />
      <ToField field={at("toDate")} detail={detail} />
    </ContractChange>
  );
});
