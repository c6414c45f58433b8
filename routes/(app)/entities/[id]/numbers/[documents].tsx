/** Sets how the numbers of an entity's invoices, or of its credit notes, are written. */
import { type FreshContext, page } from "fresh";
import { Select } from "../../../../../components/ui/choice.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../../components/ui/field.tsx";
import { Form } from "../../../../../components/ui/form.tsx";
import { PageHeader } from "../../../../../components/ui/page_header.tsx";
import { withTenant } from "../../../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../../../define.ts";
import { requireCapability } from "../../../../../lib/auth/policy.ts";
import { milepostError } from "../../../../../lib/core/errors.ts";
import { documentTypes, writeNumber } from "../../../../../lib/core/number_format.ts";
import { setNumberFormat } from "../../../../../lib/tenants/number_formats.ts";
import { findBillingEntity, findNumbering, type Numbering } from "../../../../../lib/tenants/views.ts";
import { readForm } from "../../../../(_components)/form_fields.ts";
import { sendForm, wholeNumberOf } from "../../../(_components)/sent_form.ts";
import { documentNames } from "../../(_components)/numbers_section.tsx";

const labels = {
  prefix: "Numbers start with",
  separator: "Sign between the parts",
  yearDigits: "Year",
  numberDigits: "Digits of the number",
};

interface Shown {
  entity: { id: string; name: string };
  numbering: Numbering;
  values: { prefix: string; separator: string; yearDigits: string; numberDigits: string };
  errors: FormError[];
  key: string;
}

export const handler = define.handlers({
  async GET(ctx) {
    const { entity, numbering } = await read(ctx);
    const { prefix, separator, yearDigits, numberDigits } = numbering.format;
    ctx.state.title = { page: titleOf(numbering), section: entity.name };
    const values = {
      prefix,
      separator,
      yearDigits: String(yearDigits),
      numberDigits: String(numberDigits),
    };
    return page<Shown>({ entity, numbering, values, errors: [], key: crypto.randomUUID() });
  },
  async POST(ctx) {
    const { entity, numbering } = await read(ctx);
    const field = await readForm(ctx.req);
    const values = {
      prefix: field("prefix"),
      separator: field("separator"),
      yearDigits: field("yearDigits"),
      numberDigits: field("numberDigits"),
    };
    const input = {
      billingEntityId: entity.id,
      documentType: numbering.documentType,
      prefix: values.prefix,
      separator: values.separator,
      yearDigits: wholeNumberOf(values.yearDigits),
      numberDigits: wholeNumberOf(values.numberDigits),
    };
    const sent = await sendForm(ctx, setNumberFormat, field("key"), input, labels);
    if ("result" in sent) return ctx.redirect(`/entities/${entity.id}?done=numbered#numbers`, 303);
    const { errors, key, status } = sent.refusal;
    ctx.state.title = { page: titleOf(numbering), section: entity.name, hasErrors: true };
    return page<Shown>({ entity, numbering, values, errors, key }, { status });
  },
});

function titleOf({ documentType }: Numbering): string {
  return `Numbers of ${documentNames[documentType].many.toLowerCase()}`;
}

/** What a change reaches: a year's numbers keep one form. */
function stateOf({ hasBegun, year, nextNumber, fromYear }: Numbering): string {
  if (!hasBegun) return `No number of ${year} is given yet, so a change holds at once.`;
  return `Numbers of ${year} are given, so they go on with ${nextNumber}. A change holds from ${fromYear}.`;
}

const digits = Array.from({ length: 9 }, (_, index) => {
  const value = String(index + 1);
  return { value, label: `${value}, as in ${"7".padStart(index + 1, "0")}` };
});

export default define.page<typeof handler>(({ data: { entity, numbering, values, errors, key } }) => {
  const here = `/entities/${entity.id}`;
  const { documentType, fromYear, format } = numbering;
  const at = (id: keyof typeof labels) => ({
    id,
    label: labels[id],
    value: values[id],
    error: errorAt(errors, id),
  });
  return (
    <>
      <PageHeader
        trail={[
          { label: "Home", href: "/" },
          { label: "Billing entities", href: "/entities" },
          { label: entity.name, href: here },
        ]}
        here={titleOf(numbering)}
        title={titleOf(numbering)}
        state={stateOf(numbering)}
      />
      <ErrorSummary errors={errors} before="the numbers are saved" />
      <Form
        action={`${here}/numbers/${documentNames[documentType].path}`}
        submit="Save the form of the numbers"
        cancel={{ label: "Leave it as it is", href: here }}
        hidden={{ key }}
      >
        <TextField
          {...at("prefix")}
          help="Capital letters and digits, used for no other documents. Year and number follow by themselves."
          example="CFS-CN"
          maxlength={16}
          short
        />
        <Select
          {...at("separator")}
          help="It stands before the year and before the number."
          options={[{ value: "-", label: "Hyphen (-)" }, { value: ".", label: "Dot (.)" }]}
          short
        />
        <Select
          {...at("yearDigits")}
          help="Each year begins with number 1, so the year is a part of every number."
          options={([4, 2] as const).map((yearDigits) => ({
            value: String(yearDigits),
            label: `${yearDigits} digits, as in ${writeNumber({ ...format, yearDigits }, fromYear, 1n)}`,
          }))}
        />
        <Select
          {...at("numberDigits")}
          help="At least as many. Numbers that need more have more."
          options={digits}
          short
        />
      </Form>
    </>
  );
});

async function read(ctx: FreshContext<State>) {
  const { session, tenantId } = signedIn(ctx.state);
  requireCapability(session.actor, "entities.write");
  const { database, clock } = ctx.state.environment;
  const documentType = documentTypes.find((type) => documentNames[type].path === ctx.params.documents);
  if (!documentType) throw milepostError("NotFound", { message: "Choose the numbers at the entity." });
  return await withTenant(database, tenantId, async (db) => {
    const entity = await findBillingEntity(db, ctx.params.id);
    return { entity, numbering: await findNumbering(db, entity, documentType, clock.now()) };
  }, { readOnly: true });
}
