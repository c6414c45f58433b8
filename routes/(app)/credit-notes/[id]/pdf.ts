/** The credit note as a PDF in the customer's language. */
import { define } from "../../../../define.ts";
import { creditNoteDocument } from "../../../../lib/documents/views.ts";
import { pdfAnswer } from "../../(_components)/pdf_answer.ts";

export const handler = define.handlers({
  GET: (ctx) => pdfAnswer(ctx, (db) => creditNoteDocument(db, ctx.params.id)),
});
