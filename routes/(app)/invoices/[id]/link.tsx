/** The link by which the customer opens an invoice: to copy, to end, or to renew. */
import { type FreshContext, page } from "fresh";
import { Button } from "../../../../components/ui/button.tsx";
import { Moment } from "../../../../components/ui/date.tsx";
import { ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { Facts } from "../../../../components/ui/facts.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { Notice } from "../../../../components/ui/notice.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../../define.ts";
import { requireCapability } from "../../../../lib/auth/policy.ts";
import { execute } from "../../../../lib/core/command.ts";
import { milepostError } from "../../../../lib/core/errors.ts";
import { endInvoiceLink, renewInvoiceLink } from "../../../../lib/invoicing/link/commands.ts";
import { addressOfLink, findInvoiceLink, type InvoiceLink } from "../../../../lib/invoicing/link/views.ts";
import { findInvoice, type InvoiceDetail } from "../../../../lib/invoicing/views.ts";
import { readForm } from "../../../(_components)/form_fields.ts";
import { isRefusal } from "../../payments/(_components)/send_payment.ts";
import { secretHeaders } from "../../(_components)/new_secret.tsx";

const title = "Link for the customer";

interface Data {
  invoice: InvoiceDetail;
  link: InvoiceLink;
  /** Null where none works. */
  address: string | null;
  errors: FormError[];
  notice?: string;
}

const notices: Record<string, string> = {
  renewed: "This is the new link. The one before leads nowhere from now on.",
  ended: "The link has ended. It leads nowhere from now on.",
};

export const handler = define.handlers({
  async GET(ctx) {
    return page(await read(ctx, []), { headers: secretHeaders });
  },
  async POST(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const { id } = ctx.params;
    const field = await readForm(ctx.req);
    const ends = field("end") !== "";
    try {
      await execute(
        ctx.state.environment,
        ends ? endInvoiceLink : renewInvoiceLink,
        { tenantId, actor: session.actor },
        { invoiceId: id, generation: Number(field("generation")) },
      );
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const data = await read(ctx, [{ message: error.message }]);
      return page(data, { status: error.status, headers: secretHeaders });
    }
    return ctx.redirect(`/invoices/${id}/link?done=${ends ? "ended" : "renewed"}`, 303);
  },
});

export default define.page<typeof handler>(({ data }) => {
  const { invoice, link, address, errors, notice } = data;
  const here = `/invoices/${invoice.id}`;
  const { zone } = invoice.seller;
  return (
    <>
      <PageHeader
        trail={[
          { label: "Home", href: "/" },
          { label: "Invoices", href: "/invoices" },
          { label: invoice.number!, href: here },
        ]}
        title={title}
        state="Whoever has it sees this invoice, how it stands and how to pay it. They need no account."
      />
      <ErrorSummary errors={errors} before="the link is changed" />
      {notice && errors.length === 0 && <Notice tone="good">{notice}</Notice>}
      <Facts
        facts={[
          { label: "Invoice", value: invoice.number! },
          { label: "Customer", value: invoice.buyer.name, href: `/customers/${invoice.customerId}` },
          {
            label: "First opened",
            value: link.openedAt ? <Moment instant={String(link.openedAt)} zone={zone} /> : "not yet",
          },
        ]}
      />
      <Section id="address" title={address ? "The link" : "No link works"}>
        <p class="mb-6 max-w-prose">
          {address
            ? <code class="font-mono break-all">{address}</code>
            : "Make a new link, then send it to the customer."}
        </p>
        <Form
          submit={address ? "Renew the link" : "Make a new link"}
          kind="normal"
          hidden={{ generation: String(link.generation) }}
          otherButtons={address && <Button kind="stop" name="end" value="yes">End the link</Button>}
          cancel={{ label: "Back to the invoice, nothing changed", href: here }}
        >
          <p class="mb-4 max-w-prose text-label">
            {address
              ? "Renew it when it may have come into wrong hands: mails and PDFs that went out have the old one."
              : "Mails and PDFs that went out keep a link that leads nowhere."}
          </p>
        </Form>
      </Section>
    </>
  );
});

async function read(ctx: FreshContext<State>, errors: FormError[]): Promise<Data> {
  const { session, tenantId } = signedIn(ctx.state);
  requireCapability(session.actor, "invoices.send");
  const { environment } = ctx.state;
  const { id } = ctx.params;
  const found = await withTenant(environment.database, tenantId, async (db) => {
    const invoice = await findInvoice(db, id, { limit: 1 });
    if (invoice.number === null) {
      throw milepostError("NotFound", { message: "A draft has no link. Issue it first." });
    }
    const [link, address] = await Promise.all([
      findInvoiceLink(db, id),
      addressOfLink(db, environment, id),
    ]);
    return { invoice, link, address };
  }, { readOnly: true });
  ctx.state.title = { page: title, section: "Invoices", hasErrors: errors.length > 0 };
  return { ...found, errors, notice: notices[ctx.url.searchParams.get("done") ?? ""] };
}
