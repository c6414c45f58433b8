/** The body of the page that adds or changes a price index. */
import { errorAt, ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { type Crumb, PageHeader } from "../../../../components/ui/page_header.tsx";
import type { PriceIndex } from "../../../../lib/indexes/views.ts";

/** As typed. */
export interface IndexFormValues {
  reference: string;
  name: string;
  unit: string;
  source: string;
  publicationLagDays: string;
}

/** The fields in their order, each with its label. */
export const indexLabels: Record<keyof IndexFormValues, string> = {
  name: "Name",
  reference: "Reference",
  unit: "Unit of a value",
  source: "Who publishes it",
  publicationLagDays: "Days until a value holds",
};

export const newIndexValues: IndexFormValues = {
  reference: "",
  name: "",
  unit: "",
  source: "",
  publicationLagDays: "0",
};

export function indexValuesOf(index: PriceIndex): IndexFormValues {
  return {
    reference: index.reference,
    name: index.name,
    unit: index.unit,
    source: index.source ?? "",
    publicationLagDays: String(index.publicationLagDays),
  };
}

export function readIndexForm(field: (name: string) => string): IndexFormValues {
  return {
    reference: field("reference"),
    name: field("name"),
    unit: field("unit"),
    source: field("source"),
    publicationLagDays: field("publicationLagDays"),
  };
}

export const indexTrail: Crumb[] = [{ label: "Home", href: "/" }, { label: "Indexes", href: "/indexes" }];

export interface IndexFormProps {
  title: string;
  /** The index that is changed, in the way here; its reference stays. */
  parent?: Crumb;
  action: string;
  submit: string;
  cancelHref: string;
  values: IndexFormValues;
  errors: FormError[];
  hidden: Record<string, string>;
}

export function IndexForm(props: IndexFormProps) {
  const { title, parent, action, submit, cancelHref, values, errors, hidden } = props;
  const basics = (id: keyof IndexFormValues) => ({
    id,
    label: indexLabels[id],
    value: values[id],
    error: errorAt(errors, id),
  });
  return (
    <>
      <PageHeader
        trail={parent ? [...indexTrail, parent] : indexTrail}
        here={parent && "Change"}
        title={title}
        state={parent
          ? "Its reference stays, because charges name it."
          : "Values come next. A charge then names the index by its reference."}
      />
      <ErrorSummary errors={errors} before="the index is saved" />
      <Form
        action={action}
        submit={submit}
        cancel={{ label: "Leave without saving", href: cancelHref }}
        hidden={hidden}
      >
        <TextField
          {...basics("name")}
          help="As people know it."
          example="Diesel, United Kingdom"
          maxlength={200}
        />
        {!parent && (
          <TextField
            {...basics("reference")}
            help="Short. Charges name it, so it cannot change later."
            example="diesel-gb"
            maxlength={100}
            short
          />
        )}
        <TextField
          {...basics("unit")}
          help="What a value is in."
          example="GBP per litre"
          maxlength={60}
          short
        />
        <TextField
          {...basics("source")}
          help="Where the values are from."
          example="Weekly road fuel prices"
          maxlength={200}
          optional
        />
        <TextField
          {...basics("publicationLagDays")}
          help="From the day of a value to the day it first counts. Most indexes come out later than their day."
          example="7"
          inputmode="numeric"
          maxlength={2}
          short
        />
      </Form>
    </>
  );
}
