/** Saves the preview of an invoice as a draft, for someone else to approve and issue. */
import { define } from "../../../define.ts";
import { draftInvoice } from "../../../lib/invoicing/commands.ts";
import { NewInvoice } from "./(_components)/new_invoice.tsx";
import { sendPeriod } from "./(_components)/send_period.ts";

export const handler = define.handlers({
  GET: (ctx) => ctx.redirect("/invoices?status=draft", 303),
  POST: (ctx) => sendPeriod(ctx, draftInvoice),
});

export default define.page<typeof handler>(({ data }) => <NewInvoice {...data} />);
