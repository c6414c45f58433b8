/** Approves an invoice written by hand, for someone else to issue. */
import { define } from "../../../../../define.ts";
import { approveManualInvoice } from "../../../../../lib/invoicing/manual/commands.ts";
import { ManualReview, sendReview } from "../(_components)/manual_review.tsx";

export const handler = define.handlers({
  GET: (ctx) => ctx.redirect(`/invoices/manual/${ctx.params.id}/review`, 303),
  POST: (ctx) =>
    sendReview(
      ctx,
      approveManualInvoice,
      ({ manualInvoiceId }) => `/invoices/manual/${manualInvoiceId}/review?done=approved`,
    ),
});

export default define.page<typeof handler>(({ data }) => <ManualReview {...data} />);
