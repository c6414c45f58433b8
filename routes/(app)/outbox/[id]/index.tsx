/** One message as it was written: its text, its HTML as source, and what hangs on it. */
import { page } from "fresh";
import { Moment } from "../../../../components/ui/date.tsx";
import { type Fact, Facts } from "../../../../components/ui/facts.tsx";
import { LinkRow } from "../../../../components/ui/link.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn } from "../../../../define.ts";
import { findMessage } from "../../../../lib/notifications/views.ts";
import { MessageBadge, outboxTrail, requireOutbox } from "../(_components)/message_words.tsx";

export const handler = define.handlers({
  async GET(ctx) {
    const { tenantId } = signedIn(ctx.state);
    requireOutbox(ctx.state.config);
    const message = await withTenant(
      ctx.state.environment.database,
      tenantId,
      (db) => findMessage(db, ctx.params.id),
      { readOnly: true },
    );
    ctx.state.title = { page: `Message with ${message.invoiceNumber}`, section: "Outbox" };
    return page(message);
  },
});

const source = "max-w-prose text-label whitespace-pre-wrap break-words";

export default define.page<typeof handler>(({ data: message }) => {
  const { id, subject, state, failure, recipient, senderName, invoiceId, invoiceNumber, attachments } =
    message;
  const facts: Fact[] = [
    { label: "To", value: <span class="break-words">{recipient}</span> },
    { label: "From", value: senderName },
    { label: "Invoice", value: invoiceNumber, href: `/invoices/${invoiceId}` },
    { label: "Written", value: <Moment instant={String(message.requestedAt)} zone={message.zone} /> },
  ];
  return (
    <>
      <PageHeader
        trail={outboxTrail}
        title={`Message with ${invoiceNumber}`}
        state={<MessageBadge state={state} />}
      />
      {failure && <p class="mb-4 max-w-prose">{failure}</p>}
      <Facts facts={facts} />
      <Section id="text" title="Text">
        <p class="mb-4 max-w-prose font-semibold break-words">{subject}</p>
        <pre class={source}>{message.text}</pre>
      </Section>
      {attachments.length > 0 && (
        <Section id="attachments" title="Attached">
          <LinkRow
            links={attachments.map(({ fileName }, index) => ({
              label: `Download ${fileName}`,
              href: `/outbox/${id}/attachments/${index + 1}`,
              icon: "download",
            }))}
          />
        </Section>
      )}
      <Section id="html" title="HTML, as source">
        <pre class={source}>{message.html}</pre>
      </Section>
    </>
  );
});
