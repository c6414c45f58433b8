/** A customer's statement as a PDF in their language, over the days that the address names. */
import { define } from "../../../../../define.ts";
import { readDate } from "../../../../../lib/core/input.ts";
import { statementDocument } from "../../../../../lib/documents/views.ts";
import { pdfAnswer } from "../../../(_components)/pdf_answer.ts";

export const handler = define.handlers({
  GET: (ctx) => {
    const day = (name: string) => readDate(name, ctx.url.searchParams.get(name) ?? "");
    return pdfAnswer(ctx, (db) => statementDocument(db, ctx.params.id, { from: day("from"), to: day("to") }));
  },
});
