/** The credit note on paper, with every line. */
import { page } from "fresh";
import { Paper } from "../../../../components/layout/paper.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn } from "../../../../define.ts";
import { milepostError } from "../../../../lib/core/errors.ts";
import { findCreditNote } from "../../../../lib/invoicing/credit/views.ts";
import { linesOnPaper } from "../../../../lib/invoicing/views.ts";
import { CreditNotePaper } from "../(_components)/credit_note_paper.tsx";

export const config = { skipInheritedLayouts: true };

export const handler = define.handlers({
  async GET(ctx) {
    const { tenantId } = signedIn(ctx.state);
    const note = await withTenant(
      ctx.state.environment.database,
      tenantId,
      (db) => findCreditNote(db, ctx.params.id, { limit: linesOnPaper }),
      { readOnly: true },
    );
    if (note.number === null) {
      throw milepostError("NotFound", { message: "A draft cannot be printed. Its run issues it first." });
    }
    ctx.state.title = { page: `Print credit note ${note.number}`, section: "Credit notes" };
    return page(note);
  },
});

export default define.page<typeof handler>(({ data: note }) => (
  <Paper
    back={{ label: "Back to the credit note", href: `/credit-notes/${note.id}` }}
    runningFoot={`${note.number}, ${note.seller.name}`}
    signOutAction="/sign-out"
  >
    <CreditNotePaper note={note} />
  </Paper>
));
