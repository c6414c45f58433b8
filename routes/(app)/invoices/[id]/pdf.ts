/** The invoice as a PDF in the customer's language. */
import { define } from "../../../../define.ts";
import { invoiceDocument } from "../../../../lib/documents/views.ts";
import { pdfAnswer } from "../../(_components)/pdf_answer.ts";

export const handler = define.handlers({
  GET: (ctx) => pdfAnswer(ctx, (db) => invoiceDocument(db, ctx.state.environment, ctx.params.id)),
});
