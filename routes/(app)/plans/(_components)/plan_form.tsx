/** The form of a new plan, or of a new version of one: its charges, with buttons that change the form and save nothing. */
import { Button } from "../../../../components/ui/button.tsx";
import { Checkbox } from "../../../../components/ui/choice.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { type Crumb, PageHeader } from "../../../../components/ui/page_header.tsx";
import { ChargeFields } from "./charge_fields.tsx";
import { ExampleSection } from "./example_section.tsx";
import type { PlanExample } from "./plan_example.ts";
import type { PlanValues } from "./plan_values.ts";

export interface PlanFormProps {
  title: string;
  state: string;
  trail: Crumb[];
  /** Where it is saved; the buttons among the fields send it to `fieldsAction`. */
  action: string;
  fieldsAction: string;
  submit: string;
  cancel: { label: string; href: string };
  /** Travels unseen: the key that keeps a repeat from counting twice, the version that was copied. */
  hidden: Record<string, string>;
  values: PlanValues;
  errors: FormError[];
  example: PlanExample;
  /** A version has the reference, the name and the currency of its plan. */
  isVersion: boolean;
}

export function PlanForm(props: PlanFormProps) {
  const {
    title,
    state,
    trail,
    action,
    fieldsAction,
    submit,
    cancel,
    hidden,
    values,
    errors,
    isVersion,
    example,
  } = props;
  const count = values.charges.length;
  return (
    <>
      <PageHeader trail={trail} title={title} state={state} />
      <ErrorSummary errors={errors} before={isVersion ? "the version is saved" : "the plan is saved"} />
      <Form action={action} submit={submit} cancel={cancel} hidden={hidden} hasOtherButtons>
        {!isVersion && <PlanBasics values={values} errors={errors} />}
        <Checkbox
          id="taxInclusive"
          label="Prices have the tax inside"
          checked={values.taxInclusive}
        />
        <div id="charges">
          {values.charges.map((charge, index) => (
            <ChargeFields
              key={index}
              values={charge}
              number={index + 1}
              errors={errors}
              fieldsAction={fieldsAction}
              isOnly={count === 1}
            />
          ))}
        </div>
        <p class="my-8">
          <Button
            icon="add"
            name="change"
            value="add_charge"
            formaction={`${fieldsAction}#charge-${count + 1}`}
          >
            Add another charge
          </Button>
        </p>
        <ExampleSection example={example} fieldsAction={fieldsAction} />
      </Form>
    </>
  );
}

function PlanBasics({ values, errors }: Pick<PlanFormProps, "values" | "errors">) {
  return (
    <>
      <TextField
        id="name"
        label="Name of the plan"
        help="As it stands on the invoice."
        example="Lease with mileage"
        value={values.name}
        error={errorAt(errors, "name")}
      />
      <TextField
        id="reference"
        label="Reference"
        help="Your own short name for it, once in the company."
        example="lease-gbp"
        value={values.reference}
        error={errorAt(errors, "reference")}
        short
      />
      <TextField
        id="currency"
        label="Currency"
        help="Three letters. It stays in all versions of the plan."
        example="GBP"
        value={values.currency}
        error={errorAt(errors, "currency")}
        maxlength={3}
        short
      />
    </>
  );
}
