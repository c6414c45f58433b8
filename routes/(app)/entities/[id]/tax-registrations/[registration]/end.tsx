/** Ends a tax registration of a billing entity, or moves its end. */
import { type FreshContext, page } from "fresh";
import { longDate } from "../../../../../../components/ui/date.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../../../components/ui/field.tsx";
import { Form } from "../../../../../../components/ui/form.tsx";
import { PageHeader } from "../../../../../../components/ui/page_header.tsx";
import { withTenant } from "../../../../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../../../../define.ts";
import { requireCapability } from "../../../../../../lib/auth/policy.ts";
import { taxNumberLine } from "../../../../../../lib/core/tax_number.ts";
import { endTaxRegistration } from "../../../../../../lib/tenants/tax_registrations.ts";
import {
  findBillingEntity,
  findTaxRegistration,
  type TaxRegistration,
  type WholeBillingEntity,
} from "../../../../../../lib/tenants/views.ts";
import { readForm } from "../../../../../(_components)/form_fields.ts";
import { sendForm } from "../../../../(_components)/sent_form.ts";

const labels = { toDate: "First day without it" };

interface Shown {
  entity: WholeBillingEntity;
  registration: TaxRegistration;
  toDate: string;
  errors: FormError[];
  key: string;
}

export const handler = define.handlers({
  async GET(ctx) {
    const found = await read(ctx);
    ctx.state.title = { page: "End a tax registration", section: found.entity.name };
    const toDate = found.registration.to?.toString() ?? "";
    return page<Shown>({ ...found, toDate, errors: [], key: crypto.randomUUID() });
  },
  async POST(ctx) {
    const found = await read(ctx);
    const field = await readForm(ctx.req);
    const toDate = field("toDate");
    const input = { taxRegistrationId: found.registration.id, toDate };
    const sent = await sendForm(ctx, endTaxRegistration, field("key"), input, labels);
    if ("result" in sent) return ctx.redirect(`/entities/${found.entity.id}?done=unregistered`, 303);
    const { errors, key, status } = sent.refusal;
    ctx.state.title = { page: "End a tax registration", section: found.entity.name, hasErrors: true };
    return page<Shown>({ ...found, toDate, errors, key }, { status });
  },
});

export default define.page<typeof handler>(({ data }) => {
  const { entity, registration, toDate, errors, key } = data;
  const here = `/entities/${entity.id}`;
  return (
    <>
      <PageHeader
        trail={[
          { label: "Home", href: "/" },
          { label: "Billing entities", href: "/entities" },
          { label: entity.name, href: here },
        ]}
        here="End a tax registration"
        title={`End ${taxNumberLine(registration)}`}
        state={`It holds from ${longDate(String(registration.from))}. Invoices that show it keep it.`}
      />
      <ErrorSummary errors={errors} before="the registration ends" />
      <Form
        action={`${here}/tax-registrations/${registration.id}/end`}
        submit="Set its end"
        cancel={{ label: "Leave it as it is", href: here }}
        hidden={{ key }}
      >
        <TextField
          id="toDate"
          label={labels.toDate}
          help="Its last day is the day before. To take back a mistake, name its first day."
          example={registration.from.add({ years: 1 }).toString()}
          type="date"
          value={toDate}
          error={errorAt(errors, "toDate")}
          short
        />
      </Form>
    </>
  );
});

async function read(ctx: FreshContext<State>) {
  const { session, tenantId } = signedIn(ctx.state);
  requireCapability(session.actor, "entities.write");
  const { id, registration } = ctx.params;
  return await withTenant(ctx.state.environment.database, tenantId, async (db) => ({
    entity: await findBillingEntity(db, id),
    registration: await findTaxRegistration(db, id, registration),
  }), { readOnly: true });
}
