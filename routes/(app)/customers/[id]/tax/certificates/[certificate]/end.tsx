/** Ends an exemption certificate of a customer. */
import { type FreshContext, page } from "fresh";
import { longDate } from "../../../../../../../components/ui/date.tsx";
import { errorAt, type FormError } from "../../../../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../../../../components/ui/field.tsx";
import { withTenant } from "../../../../../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../../../../../define.ts";
import { requireCapability } from "../../../../../../../lib/auth/policy.ts";
import { findCustomer } from "../../../../../../../lib/customers/views.ts";
import { endExemptionCertificate } from "../../../../../../../lib/tax/commands.ts";
import { type Certificate, findCertificate } from "../../../../../../../lib/tax/views.ts";
import { readForm } from "../../../../../../(_components)/form_fields.ts";
import { sendForm } from "../../../../../(_components)/sent_form.ts";
import { CustomerTaxForm } from "../../../../(_components)/customer_tax_form.tsx";

const labels = { toDate: "First day without it" };
const title = "End a certificate";

interface Shown {
  customer: { id: string; name: string };
  certificate: Certificate;
  toDate: string;
  errors: FormError[];
  key: string;
}

export const handler = define.handlers({
  async GET(ctx) {
    const found = await read(ctx);
    ctx.state.title = { page: title, section: found.customer.name };
    const toDate = found.certificate.to?.toString() ?? "";
    return page<Shown>({ ...found, toDate, errors: [], key: crypto.randomUUID() });
  },
  async POST(ctx) {
    const found = await read(ctx);
    const field = await readForm(ctx.req);
    const toDate = field("toDate");
    const input = { certificateId: found.certificate.id, toDate };
    const sent = await sendForm(ctx, endExemptionCertificate, field("key"), input, labels);
    if ("result" in sent) return ctx.redirect(`/customers/${found.customer.id}/tax?done=ended`, 303);
    const { errors, key, status } = sent.refusal;
    ctx.state.title = { page: title, section: found.customer.name, hasErrors: true };
    return page<Shown>({ ...found, toDate, errors, key }, { status });
  },
});

export default define.page<typeof handler>(({ data: { customer, certificate, toDate, errors, key } }) => {
  return (
    <CustomerTaxForm
      customer={customer}
      page={title}
      heading={`End certificate ${certificate.number}`}
      state="Bills with a tax point from that day on are taxed again."
      path={`/certificates/${certificate.id}/end`}
      submit="Save the end"
      before="the end is saved"
      errors={errors}
      idempotencyKey={key}
    >
      <TextField
        id="toDate"
        label={labels.toDate}
        help={`It begins on ${longDate(`${certificate.from}`)}. That day means that it never held.`}
        example={certificate.from.add({ years: 1 }).toString()}
        type="date"
        short
        value={toDate}
        error={errorAt(errors, "toDate")}
      />
    </CustomerTaxForm>
  );
});

async function read(ctx: FreshContext<State>) {
  const { session, tenantId } = signedIn(ctx.state);
  requireCapability(session.actor, "customers.write");
  return await withTenant(ctx.state.environment.database, tenantId, async (db) => {
    const customer = await findCustomer(db, ctx.params.id);
    return { customer, certificate: await findCertificate(db, customer.id, ctx.params.certificate) };
  }, { readOnly: true });
}
