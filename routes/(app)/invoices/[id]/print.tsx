/** The invoice on paper, with every line and the working behind each. */
import { page } from "fresh";
import { Paper } from "../../../../components/layout/paper.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn } from "../../../../define.ts";
import { milepostError } from "../../../../lib/core/errors.ts";
import { explainLines, findInvoice, linesOnPaper } from "../../../../lib/invoicing/views.ts";
import { payeeLines } from "../../../../lib/tenants/views.ts";
import { describePaper } from "../(_components)/describe_paper.tsx";
import { InvoicePaper } from "../(_components)/invoice_paper.tsx";

export const config = { skipInheritedLayouts: true };

export const handler = define.handlers({
  async GET(ctx) {
    const { tenantId } = signedIn(ctx.state);
    const { id } = ctx.params;
    const { database, secrets } = ctx.state.environment;
    const [invoice, workings, payee] = await withTenant(database, tenantId, async (db) => {
      const [invoice, workings] = await Promise.all([
        findInvoice(db, id, { limit: linesOnPaper }),
        explainLines(db, id),
      ]);
      return [invoice, workings, await payeeLines(db, secrets, invoice.seller.id)] as const;
    }, { readOnly: true });
    if (invoice.number === null) {
      throw milepostError("NotFound", { message: "A draft cannot be printed. Issue it first." });
    }
    ctx.state.title = { page: `Print invoice ${invoice.number}`, section: "Invoices" };
    return page({
      id,
      foot: `${invoice.number}, ${invoice.seller.name}`,
      paper: describePaper(invoice, workings, payee),
    });
  },
});

export default define.page<typeof handler>(({ data: { id, foot, paper } }) => (
  <Paper
    back={{ label: "Back to the invoice", href: `/invoices/${id}` }}
    runningFoot={foot}
    signOutAction="/sign-out"
  >
    <InvoicePaper {...paper} />
  </Paper>
));
