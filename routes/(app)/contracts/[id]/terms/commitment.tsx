/** Agrees a minimum and a cap of what the periods of a contract come to. */
import { page } from "fresh";
import { Select } from "../../../../../components/ui/choice.tsx";
import { errorAt } from "../../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../../components/ui/field.tsx";
import type { TenantDb } from "../../../../../db/tenant.ts";
import { define } from "../../../../../define.ts";
import { agreeTerm } from "../../../../../lib/contracts/terms/commands.ts";
import { taxRatesOf } from "../../../../../lib/contracts/terms/term_input.ts";
import type { ContractDetail } from "../../../../../lib/contracts/views.ts";
import { findPlan } from "../../../../../lib/plans/views.ts";
import { readForm } from "../../../../(_components)/form_fields.ts";
import {
  type ChangeForm,
  ContractChange,
  firstOpenDay,
  openDayWords,
  readContract,
} from "../../(_components)/contract_change.tsx";
import { sendChange } from "../../(_components)/send_change.ts";

const labels = {
  name: "Name",
  minimum: "Minimum",
  cap: "Cap",
  charges: "On which charges",
  taxRate: "Tax of the minimum",
  fromDate: "From",
  toDate: "To",
};

type Field = keyof typeof labels;
const fields = Object.keys(labels) as Field[];

interface Choices {
  /** References of the plan's charges. */
  charges: string[];
  /** "S 20", where the charges are not all taxed alike. */
  rates: string[];
}

interface Shown extends ChangeForm<Record<Field, string>> {
  choices: Choices;
}

export const handler = define.handlers({
  async GET(ctx) {
    const { detail, more: choices } = await readContract(ctx, listChoices);
    const { reference } = detail.contract;
    ctx.state.title = { page: "Agree a minimum or a cap", section: `Contract ${reference}` };
    const values = {
      name: "Commitment",
      minimum: "",
      cap: "",
      charges: "",
      taxRate: "",
      fromDate: firstOpenDay(detail).toString(),
      toDate: "",
    };
    return page<Shown>({ detail, choices, values, errors: [], key: crypto.randomUUID() });
  },
  async POST(ctx) {
    const { detail, more: choices } = await readContract(ctx, listChoices);
    const { id, reference } = detail.contract;
    const field = await readForm(ctx.req);
    const values = Object.fromEntries(fields.map((name) => [name, field(name).trim()])) as Record<
      Field,
      string
    >;
    const sent = await sendChange(ctx, agreeTerm, {
      key: field("key"),
      read: () => Promise.resolve({ contractId: id, kind: "commitment" as const, ...values }),
      labels,
    });
    if ("saved" in sent) return ctx.redirect(`/contracts/${id}?done=agreed`, 303);
    ctx.state.title = { page: "Agree a minimum or a cap", section: `Contract ${reference}`, hasErrors: true };
    return page<Shown>({ detail, choices, values, ...sent }, { status: sent.status });
  },
});

async function listChoices(db: TenantDb, { contract }: ContractDetail): Promise<Choices> {
  const { charges } = await findPlan(db, contract.planId, contract.version);
  return { charges: charges.map(({ reference }) => reference), rates: taxRatesOf(charges) };
}

export default define.page<typeof handler>(({ data: { detail, choices, values, errors, key } }) => {
  const at = (id: Field) => ({ id, label: labels[id], value: values[id], error: errorAt(errors, id) });
  const { currency } = detail.contract;
  return (
    <ContractChange
      detail={detail}
      errors={errors}
      idempotencyKey={key}
      title="Agree a minimum or a cap"
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
      <TextField
        {...at("charges")}
        help={`All if empty. The plan has ${choices.charges.join(", ")}.`}
        example={choices.charges.slice(0, 2).join(", ")}
        optional
      />
      {choices.rates.length > 1 && (
        <Select
          {...at("taxRate")}
          help="How what the minimum adds is taxed."
          options={[
            { value: "", label: "As the charges that count" },
            ...choices.rates.map((rate) => {
              return { value: rate, label: `${rate}%` };
            }),
          ]}
          optional
        />
      )}
      <TextField
        {...at("fromDate")}
        help={`For the periods that begin on this day or later. ${openDayWords(detail)}`}
        example={firstOpenDay(detail).toString()}
        type="date"
        short
      />
      <TextField
        {...at("toDate")}
        help="The first day on which no period has it any more. Empty while it is open."
        example={firstOpenDay(detail).add({ years: 1 }).toString()}
        type="date"
        short
        optional
      />
    </ContractChange>
  );
});
