/** What the forms that agree a term of a contract share: reading, sending, and the fields that every term has. */
import { type FreshContext, page } from "fresh";
import { errorAt } from "../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import type { TenantDb } from "../../../../db/tenant.ts";
import { define, type State } from "../../../../define.ts";
import { agreeTerm, type TermInput } from "../../../../lib/contracts/terms/commands.ts";
import { freeUnitCharges, taxRatesOf } from "../../../../lib/contracts/terms/term_input.ts";
import type { ContractDetail } from "../../../../lib/contracts/views.ts";
import { findPlan } from "../../../../lib/plans/views.ts";
import { readForm } from "../../../(_components)/form_fields.ts";
import { type ChangeForm, firstOpenDay, openDayWords, readContract } from "./contract_change.tsx";
import { sendChange } from "./send_change.ts";

export interface TermChoices {
  /** References of the plan's charges. */
  charges: string[];
  /** "S 20", where the charges are not all taxed alike. */
  rates: string[];
  /** Those of the charges whose units can be given free. */
  freeUnitCharges: string[];
}

export interface TermForm<Field extends string> extends ChangeForm<Record<Field, string>> {
  choices: TermChoices;
}

/** Fields of every term, which a form has among its own. */
export const sharedLabels = {
  name: "Name",
  charges: "On which charges",
  fromDate: "From",
  periods: "For how many periods",
  toDate: "To",
};

/** Shows the form of one kind of term and agrees what is sent. `labels` are its fields in their order. */
export function termHandlers<Field extends string>(
  { kind, title, name, labels }: {
    kind: TermInput["kind"];
    title: string;
    /** Proposed as the name on the invoice. */
    name: string;
    labels: Record<Field, string>;
  },
) {
  const fields = Object.keys(labels) as Field[];
  const valuesBy = (read: (field: Field) => string) =>
    Object.fromEntries(fields.map((field) => [field, read(field)])) as Record<Field, string>;
  const titled = (ctx: FreshContext<State>, { contract }: ContractDetail, hasErrors = false) => {
    ctx.state.title = { page: title, section: `Contract ${contract.reference}`, hasErrors };
  };
  return define.handlers({
    async GET(ctx) {
      const { detail, more: choices } = await readContract(ctx, listChoices);
      titled(ctx, detail);
      const proposed: Partial<Record<string, string>> = { name, fromDate: firstOpenDay(detail).toString() };
      const values = valuesBy((field) => proposed[field] ?? "");
      return page<TermForm<Field>>({ detail, choices, values, errors: [], key: crypto.randomUUID() });
    },
    async POST(ctx) {
      const { detail, more: choices } = await readContract(ctx, listChoices);
      const { id } = detail.contract;
      const field = await readForm(ctx.req);
      const values = valuesBy((name) => field(name).trim());
      const sent = await sendChange(ctx, agreeTerm, {
        key: field("key"),
        read: () => {
          const [name, fromDate] = [field("name"), field("fromDate")];
          return Promise.resolve({ ...values, contractId: id, kind, name, fromDate });
        },
        labels,
      });
      if ("saved" in sent) return ctx.redirect(`/contracts/${id}?done=agreed`, 303);
      titled(ctx, detail, true);
      return page<TermForm<Field>>({ detail, choices, values, ...sent }, { status: sent.status });
    },
  });
}

async function listChoices(db: TenantDb, { contract }: ContractDetail): Promise<TermChoices> {
  const { charges } = await findPlan(db, contract.planId, contract.version);
  return {
    charges: charges.map(({ reference }) => reference),
    rates: taxRatesOf(charges),
    freeUnitCharges: freeUnitCharges(charges),
  };
}

/** What every field takes of the form that it is in. */
export function fieldIn<Field extends string>(
  { values, errors }: Pick<TermForm<Field>, "values" | "errors">,
  labels: Record<Field, string>,
) {
  return (id: Field) => ({ id, label: labels[id], value: values[id], error: errorAt(errors, id) });
}

export type FieldProps = ReturnType<ReturnType<typeof fieldIn>>;

export function ChargesField({ field, choices }: { field: FieldProps; choices: TermChoices }) {
  return (
    <TextField
      {...field}
      help={`All if empty. The plan has ${choices.charges.join(", ")}.`}
      example={choices.charges.slice(0, 2).join(", ")}
      optional
    />
  );
}

export function FromField({ field, detail }: { field: FieldProps; detail: ContractDetail }) {
  return (
    <TextField
      {...field}
      help={`For the periods that begin on this day or later. ${openDayWords(detail)}`}
      example={firstOpenDay(detail).toString()}
      type="date"
      short
    />
  );
}

export function PeriodsField({ field }: { field: FieldProps }) {
  return (
    <TextField
      {...field}
      help="From that day on. Empty if it has an end by date, or none."
      example="6"
      inputmode="numeric"
      maxlength={3}
      short
      optional
    />
  );
}

export function ToField({ field, detail }: { field: FieldProps; detail: ContractDetail }) {
  return (
    <TextField
      {...field}
      help="The first day on which no period has it any more. Empty while it is open."
      example={firstOpenDay(detail).add({ years: 1 }).toString()}
      type="date"
      short
      optional
    />
  );
}
