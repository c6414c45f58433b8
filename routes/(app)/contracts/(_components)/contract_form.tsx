/** The form of a new contract: who, on which plan, from when, with which vehicles. */
import { Select } from "../../../../components/ui/choice.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { TextArea, TextField } from "../../../../components/ui/field.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import type { ContractDraft } from "../../../../lib/contracts/contract_draft.ts";
import type { ContractChoices } from "../../../../lib/contracts/views.ts";
import { cadenceNames } from "../../../../lib/core/billing_cycle.ts";
import { capital, contractTrail } from "./contract_words.tsx";
import { ReferenceField } from "./reference_field.tsx";

export interface ContractFormProps {
  values: ContractDraft;
  choices: ContractChoices;
  errors: FormError[];
  /** Keeps a second press of the button from making a second contract. */
  idempotencyKey: string;
}

export const contractLabels: Record<keyof ContractDraft, string> = {
  reference: "Reference",
  customer: "Customer",
  entity: "Billed by",
  plan: "Plan",
  startDate: "First day",
  endDate: "End",
  cadence: "Bills",
  anchorDay: "Billing day",
  anchorDate: "First day of a period",
  vehicles: "Vehicles",
};

export function ContractForm({ values, choices, errors, idempotencyKey }: ContractFormProps) {
  return (
    <>
      <PageHeader
        trail={contractTrail}
        title="Make a contract"
        state="It puts a customer and vehicles on a plan. Vehicles can come and go later."
      />
      <ErrorSummary errors={errors} before="the contract is saved" />
      <Form
        action="/contracts/new"
        submit="Save the contract"
        hidden={{ key: idempotencyKey }}
        cancel={{ label: "Leave without saving", href: "/contracts" }}
      >
        <ContractFields values={values} choices={choices} errors={errors} />
      </Form>
    </>
  );
}

function ContractFields({ values, choices, errors }: Omit<ContractFormProps, "idempotencyKey">) {
  const entities = choices.entities.map(({ reference, name }) => ({ value: reference, label: name }));
  const at = (id: keyof ContractDraft) => {
    return { id, label: contractLabels[id], value: values[id], error: errorAt(errors, id) };
  };
  return (
    <>
      <TextField
        {...at("reference")}
        help="Your own name for it, once in the company."
        example="K-118"
        short
      />
      <ReferenceField
        {...at("customer")}
        help="Who is billed. By the customer’s reference."
        example="C-1042"
        nothing="Choose a customer"
        choices={choices.customers}
      />
      <Select
        {...at("entity")}
        help="The legal entity that sends the invoices."
        options={entities.length === 1
          ? entities
          : [{ value: "", label: "Choose a billing entity" }, ...entities]}
      />
      <ReferenceField
        {...at("plan")}
        help="Its newest version, in the currency of the entity."
        example="lease-gbp"
        nothing="Choose a plan"
        choices={choices.plans}
      />
      <TextField {...at("startDate")} help="The day it begins." example="2024-01-10" type="date" short />
      <TextField
        {...at("endDate")}
        help="The first day after it. Empty while it is open."
        example="2025-01-10"
        type="date"
        short
        optional
      />
      <Select
        {...at("cadence")}
        help="How long its billing periods are."
        options={Object.entries(cadenceNames).map(([value, label]) => ({ value, label: capital(label) }))}
      />
      <TextField
        {...at("anchorDay")}
        help="If it bills every month: the day on which its periods begin, 1 to 31."
        example="1"
        inputmode="numeric"
        short
      />
      <TextField
        {...at("anchorDate")}
        help="If it bills otherwise: any day on which a period begins. Empty for the first day of the contract."
        example="2024-01-01"
        type="date"
        short
        optional
      />
      <TextArea
        {...at("vehicles")}
        help="One on a line. It comes with the contract unless you say from when; “to” is its first day off."
        example="V-0042 from 2024-01-10 to 2024-02-01"
        rows={6}
        optional
      />
    </>
  );
}
