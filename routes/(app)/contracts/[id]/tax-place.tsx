/** Says where the vehicles of a contract are handed over, and lists where they were. */
import { type FreshContext, page } from "fresh";
import { Select } from "../../../../components/ui/choice.tsx";
import { Day } from "../../../../components/ui/date.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { Notice } from "../../../../components/ui/notice.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { Table } from "../../../../components/ui/table.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../../define.ts";
import { requireCapability } from "../../../../lib/auth/policy.ts";
import { findContract } from "../../../../lib/contracts/views.ts";
import { countryName } from "../../../../lib/core/country.ts";
import { findBillingEntity } from "../../../../lib/tenants/views.ts";
import { setTaxPlace } from "../../../../lib/tax/commands.ts";
import { type TaxPlace, taxPlacesOf } from "../../../../lib/tax/views.ts";
import { readForm } from "../../../(_components)/form_fields.ts";
import { sendForm } from "../../(_components)/sent_form.ts";
import { entityCountries } from "../../entities/(_components)/entity_values.ts";

const labels = { country: "Country", region: "Part of the country", fromDate: "From day" };
const title = "Where vehicles are handed over";

interface Shown {
  contract: { id: string; reference: string };
  places: TaxPlace[];
  values: Record<keyof typeof labels, string>;
  errors: FormError[];
  key: string;
  isSaved: boolean;
}

export const handler = define.handlers({
  async GET(ctx) {
    const { contract, places } = await read(ctx);
    ctx.state.title = { page: title, section: contract.reference };
    const values = {
      country: places.at(-1)?.country ?? contract.country,
      region: places.at(-1)?.region ?? "",
      fromDate: places.length === 0 ? contract.startDate.toString() : "",
    };
    const isSaved = ctx.url.searchParams.get("done") === "saved";
    return page<Shown>({ contract, places, values, errors: [], key: crypto.randomUUID(), isSaved });
  },
  async POST(ctx) {
    const { contract, places } = await read(ctx);
    const field = await readForm(ctx.req);
    const values = { country: field("country"), region: field("region"), fromDate: field("fromDate") };
    const input = { contractId: contract.id, ...values };
    const sent = await sendForm(ctx, setTaxPlace, field("key"), input, labels);
    if ("result" in sent) return ctx.redirect(`/contracts/${contract.id}/tax-place?done=saved`, 303);
    const { errors, key, status } = sent.refusal;
    ctx.state.title = { page: title, section: contract.reference, hasErrors: true };
    return page<Shown>({ contract, places, values, errors, key, isSaved: false }, { status });
  },
});

export default define.page<typeof handler>(({ data }) => {
  const { contract, places, values, errors, key, isSaved } = data;
  const here = `/contracts/${contract.id}`;
  const at = (id: keyof typeof labels) => ({
    id,
    label: labels[id],
    value: values[id],
    error: errorAt(errors, id),
  });
  return (
    <>
      {isSaved && <Notice tone="good">The place is saved. Bills drafted from now on follow it.</Notice>}
      <PageHeader
        trail={[
          { label: "Home", href: "/" },
          { label: "Contracts", href: "/contracts" },
          { label: contract.reference, href: here },
        ]}
        here={title}
        title={title}
        state="A hire of up to 30 days is taxed there; in the United States every hire is."
      />
      <ErrorSummary errors={errors} before="the place is saved" />
      <Section id="places" title="Places" first>
        {places.length === 0 ? <p class="py-4">None yet. The place of the billing entity counts.</p> : (
          <Table
            caption="Places, by day"
            captionHidden
            columns={[
              { label: "From day", cell: ({ from }) => <Day date={String(from)} /> },
              { label: "Country", cell: ({ country }) => countryName(country) },
              { label: "Part of it", cell: ({ region }) => region ?? "all of it" },
            ]}
            rows={places}
          />
        )}
      </Section>
      <Section id="add" title="Another place">
        <Form
          action={`${here}/tax-place`}
          submit="Save the place"
          cancel={{ label: "Leave without saving", href: here }}
          hidden={{ key }}
        >
          <Select {...at("country")} options={entityCountries} />
          <TextField
            {...at("region")}
            help="As the tax rates name it: the state, and after a slash the county and the city."
            example="TX/Harris/Houston"
            maxlength={80}
            optional
          />
          <TextField {...at("fromDate")} example="2026-01-01" type="date" short />
        </Form>
      </Section>
    </>
  );
});

async function read(ctx: FreshContext<State>) {
  const { session, tenantId } = signedIn(ctx.state);
  requireCapability(session.actor, "contracts.write");
  return await withTenant(ctx.state.environment.database, tenantId, async (db) => {
    const { contract } = await findContract(db, ctx.params.id);
    const { country } = await findBillingEntity(db, contract.entityId);
    return { contract: { ...contract, country }, places: await taxPlacesOf(db, contract.id) };
  }, { readOnly: true });
}
