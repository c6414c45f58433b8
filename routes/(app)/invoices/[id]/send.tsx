/** The last look at an invoice before it goes to the customer: to whom, and what they read. */
import { type FreshContext, page } from "fresh";
import { ButtonLink } from "../../../../components/ui/button.tsx";
import { ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { Facts } from "../../../../components/ui/facts.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { Notice } from "../../../../components/ui/notice.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { Timeline } from "../../../../components/ui/timeline.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../../define.ts";
import { requireCapability } from "../../../../lib/auth/policy.ts";
import { execute } from "../../../../lib/core/command.ts";
import {
  explainLines,
  findInvoice,
  type InvoiceDetail,
  linesOnPaper,
} from "../../../../lib/invoicing/views.ts";
import { type SendInput, sendInvoice, type SendResult } from "../../../../lib/notifications/commands.ts";
import { messagesOfInvoice, type SentMessage } from "../../../../lib/notifications/views.ts";
import { readForm } from "../../../(_components)/form_fields.ts";
import { isRefusal } from "../../payments/(_components)/send_payment.ts";
import { describeMessages } from "../(_components)/describe_payments.tsx";
import { payeeLines } from "../../../../lib/tenants/views.ts";
import { invoiceFile } from "../(_components)/invoice_file.tsx";
import { InvoiceBadge, showAmount } from "../(_components)/invoice_words.tsx";
import { localDate } from "../../../../lib/core/period.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const found = await read(ctx);
    ctx.state.title = { page: "Send the invoice", section: "Invoices" };
    return page(await review(ctx, found, []));
  },
  async POST(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const field = await readForm(ctx.req);
    const found = await read(ctx);
    const input = { ...found.input, lastSeen: field("seen") };
    try {
      const execution = { tenantId, actor: session.actor, key: field("key") };
      await execute(ctx.state.environment, sendInvoice, execution, input);
      return ctx.redirect(`/invoices/${found.invoice.id}?done=sent`, 303);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      ctx.state.title = { page: "Send the invoice", section: "Invoices", hasErrors: true };
      const message = error.name === "KeyReused"
        ? "This page sent the invoice already, and it has changed since. Look at its timeline first."
        : error.message;
      return page(await review(ctx, found, [{ message }]), { status: error.status });
    }
  },
});

interface Found {
  invoice: InvoiceDetail;
  messages: SentMessage[];
  input: SendInput;
}

interface Review {
  invoice: InvoiceDetail;
  messages: SentMessage[];
  errors: FormError[];
  key: string;
  fileName: string;
  /** What would be sent; left out where nothing can be. */
  preview?: SendResult;
  /** Why nothing can be sent, and whether the customer is where to mend it. */
  nothing?: { why: string; isAddress: boolean };
}

export default define.page<typeof handler>(({ data, state }) => {
  const { invoice, messages, errors, key, fileName, preview, nothing } = data;
  const here = `/invoices/${invoice.id}`;
  const { zone } = invoice.seller;
  return (
    <>
      <PageHeader
        trail={[
          { label: "Home", href: "/" },
          { label: "Invoices", href: "/invoices" },
          { label: invoice.number ?? "Draft", href: here },
        ]}
        title="Send the invoice"
        subject={<TapLink href={`/customers/${invoice.customerId}`}>{invoice.buyer.name}</TapLink>}
        state={<InvoiceBadge invoice={invoice} today={localDate(state.environment.clock.now(), zone)} />}
        figure={{ label: "Still to pay", value: showAmount(invoice.openAmount, invoice.currency) }}
      />
      <ErrorSummary errors={errors} before="the invoice is sent" />
      {nothing && errors.length === 0 && (
        <>
          <Notice tone="warn">{nothing.why}</Notice>
          <p class="flex flex-wrap gap-3">
            {nothing.isAddress && (
              <ButtonLink kind="go" href={`/customers/${invoice.customerId}`}>Go to the customer</ButtonLink>
            )}
            <ButtonLink kind={nothing.isAddress ? "plain" : "go"} href={here}>Back to the invoice</ButtonLink>
          </p>
        </>
      )}
      {preview && !state.config.smtpUrl && (
        <Notice tone="info">
          No mail server is set up, so the message stays in the <a href="/outbox">outbox</a>.
        </Notice>
      )}
      {preview && <Preview {...{ here, preview, fileName, messages }} idempotencyKey={key} />}
      {messages.length > 0 && (
        <Section id="messages" title="Messages so far">
          <Timeline entries={describeMessages(messages, zone).map(({ entry }) => entry)} />
        </Section>
      )}
    </>
  );
});

interface PreviewProps {
  here: string;
  preview: SendResult;
  fileName: string;
  idempotencyKey: string;
  messages: SentMessage[];
}

function Preview({ here, preview, fileName, idempotencyKey, messages }: PreviewProps) {
  const { recipient, subject, text } = preview.written!; // a dry run repeats nothing
  return (
    <>
      <Facts
        facts={[
          { label: "To", value: <span class="break-words">{recipient}</span> },
          { label: "With it", value: fileName, href: `${here}/print` },
        ]}
      />
      <div class="mt-6">
        <Form
          action={`${here}/send`}
          submit={messages.length > 0 ? `Send it again to ${recipient}` : `Send it to ${recipient}`}
          hidden={{ key: idempotencyKey, seen: messages[0]?.id ?? "" }}
          cancel={{ label: "Back to the invoice, nothing sent", href: here }}
        >
          {null}
        </Form>
      </div>
      <Section id="message" title="What the customer reads">
        <p class="mb-4 max-w-prose font-semibold break-words">{subject}</p>
        <pre class="max-w-prose text-label whitespace-pre-wrap break-words">{text}</pre>
      </Section>
    </>
  );
}

async function read(ctx: FreshContext<State>): Promise<Found> {
  const { session, tenantId } = signedIn(ctx.state);
  requireCapability(session.actor, "invoices.send");
  const { id } = ctx.params;
  const { database, secrets } = ctx.state.environment;
  const [invoice, workings, messages, payee] = await withTenant(database, tenantId, async (db) => {
    const [invoice, ...more] = await Promise.all([
      findInvoice(db, id, { limit: linesOnPaper }),
      explainLines(db, id),
      messagesOfInvoice(db, id),
    ]);
    return [invoice, ...more, await payeeLines(db, secrets, invoice.seller.id)] as const;
  }, { readOnly: true });
  const attachment = invoice.number === null ? undefined : invoiceFile(invoice, workings, payee);
  return { invoice, messages, input: { invoiceId: id, attachment } };
}

/** The preview is the command, run and rolled back. */
async function review(
  ctx: FreshContext<State>,
  { invoice, messages, input }: Found,
  errors: FormError[],
): Promise<Review> {
  const { session, tenantId } = signedIn(ctx.state);
  const fileName = input.attachment?.fileName ?? "nothing";
  const shown = { invoice, messages, errors, key: crypto.randomUUID(), fileName };
  try {
    const execution = { tenantId, actor: session.actor, dryRun: true };
    return { ...shown, preview: await execute(ctx.state.environment, sendInvoice, execution, input) };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const isAddress = error.fields.some(({ field }) => field === "recipient");
    return { ...shown, nothing: { why: error.message, isAddress } };
  }
}
