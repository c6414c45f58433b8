/** Issues an invoice written by hand: it gets its number and is posted. */
import { define } from "../../../../../define.ts";
import { issueManualInvoice } from "../../../../../lib/invoicing/manual/commands.ts";
import { ManualReview, sendReview } from "../(_components)/manual_review.tsx";

export const handler = define.handlers({
  GET: (ctx) => ctx.redirect(`/invoices/manual/${ctx.params.id}/review`, 303),
  POST: (ctx) => sendReview(ctx, issueManualInvoice, ({ invoiceId }) => `/invoices/${invoiceId}?done=issued`),
});

export default define.page<typeof handler>(({ data }) => <ManualReview {...data} />);
