/** The body of the page that adds or changes a billing entity. */
import { type Option, RadioGroup, Select } from "../../../../components/ui/choice.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { Facts } from "../../../../components/ui/facts.tsx";
import { TextArea, TextField } from "../../../../components/ui/field.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { type Crumb, PageHeader } from "../../../../components/ui/page_header.tsx";

/** As typed. */
export interface EntityFormValues {
  name: string;
  /** One line for each part. */
  addressLines: string;
  country: string;
  currency: string;
  zone: string;
  numberPrefix: string;
  language: string;
  rounding: string;
}

/** The fields in their order, each with its label. */
export const entityLabels: Record<keyof EntityFormValues, string> = {
  name: "Name",
  addressLines: "Address",
  country: "Country",
  currency: "Currency",
  zone: "Time zone",
  numberPrefix: "Short code",
  language: "Language",
  rounding: "How sums are rounded",
};

export interface EntityFormProps {
  /** "Add a billing entity", "Change Calder Fleet Services Ltd". */
  title: string;
  /** The entity that is changed, in the way here. */
  parent?: Crumb;
  action: string;
  submit: string;
  cancelHref: string;
  values: EntityFormValues;
  countries: Option[];
  currencies: Option[];
  languages: Option[];
  /** Currency, zone and prefix are shown and cannot be changed. */
  isFixed?: boolean;
  errors: FormError[];
  hidden: Record<string, string>;
}

const trail = [{ label: "Home", href: "/" }, { label: "Billing entities", href: "/entities" }];

export function EntityForm(props: EntityFormProps) {
  const { title, parent, action, submit, cancelHref, isFixed, errors, hidden } = props;
  return (
    <>
      <PageHeader
        trail={parent ? [...trail, parent] : trail}
        here={parent && "Change"}
        title={title}
        state={isFixed
          ? "Issued invoices keep what they were issued with. The next ones show what you save here."
          : "Currency, time zone and number prefix stay as they are once the first invoice is drafted."}
      />
      <ErrorSummary errors={errors} before="the billing entity is saved" />
      <Form
        action={action}
        submit={submit}
        cancel={{ label: "Leave without saving", href: cancelHref }}
        hidden={hidden}
      >
        <NameAndAddress {...props} />
        {isFixed ? <FixedTerms {...props} /> : <Terms {...props} />}
        <Manner {...props} />
      </Form>
    </>
  );
}

function basicsOf({ values, errors }: EntityFormProps) {
  return (id: keyof EntityFormValues) => ({
    id,
    label: entityLabels[id],
    value: values[id],
    error: errorAt(errors, id),
  });
}

function NameAndAddress(props: EntityFormProps) {
  const basics = basicsOf(props);
  return (
    <>
      <TextField
        {...basics("name")}
        help="The legal name, as it stands on the invoice."
        example="Calder Fleet Services Ltd"
        autocomplete="organization"
        maxlength={200}
      />
      <TextArea
        {...basics("addressLines")}
        help="One line for each part, without the name and the country."
        example="Unit 4, Saltworks Road, Halifax HX3 9QT"
        optional
      />
      <Select {...basics("country")} help="Where it is at home." options={props.countries} />
    </>
  );
}

function Terms(props: EntityFormProps) {
  const basics = basicsOf(props);
  return (
    <>
      <Select {...basics("currency")} help="All its invoices are in this one." options={props.currencies} />
      <TextField
        {...basics("zone")}
        help="Its days and months begin at midnight there. A region, a slash and a city."
        example="Europe/London"
        maxlength={60}
      />
      <TextField
        {...basics("numberPrefix")}
        help="1 to 12 capital letters and digits. Files name the entity by it. INV gives numbers like INV-2026-0001."
        example="INV"
        maxlength={12}
        short
      />
    </>
  );
}

/** What its invoices rest on: seen, sent along, and not to be changed. */
function FixedTerms({ values }: EntityFormProps) {
  const fixed = ["currency", "zone", "numberPrefix"] as const;
  return (
    <div class="mb-6">
      <p class="mb-2 max-w-prose">
        This entity has invoices, so these three stay. Add another entity to bill in another way.
      </p>
      <Facts facts={fixed.map((id) => ({ label: entityLabels[id], value: values[id] }))} />
      {fixed.map((id) => <input key={id} type="hidden" name={id} value={values[id]} />)}
    </div>
  );
}

function Manner(props: EntityFormProps) {
  const basics = basicsOf(props);
  return (
    <>
      <Select
        {...basics("language")}
        help="Of its documents, unless a customer has another one."
        options={props.languages}
      />
      <RadioGroup
        {...basics("rounding")}
        legend={entityLabels.rounding}
        help="Where a sum falls exactly between two."
        options={[
          { value: "half_up", label: "Half up", help: "0.125 becomes 0.13, and 0.135 becomes 0.14." },
          { value: "half_even", label: "Half to even", help: "0.125 becomes 0.12, and 0.135 becomes 0.14." },
        ]}
      />
    </>
  );
}
