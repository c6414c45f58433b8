/** The invoice that a customer's link leads to, as a PDF. */
import { define } from "../../../define.ts";
import { invoiceDocument } from "../../../lib/documents/views.ts";
import { pdfResponse } from "../../(app)/(_components)/pdf_answer.ts";
import { linkHeaders, openByLink } from "../(_components)/open_by_link.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const read = openByLink(ctx, (db, id) => invoiceDocument(db, ctx.state.environment, id));
    return await pdfResponse(ctx, await read, linkHeaders);
  },
});
