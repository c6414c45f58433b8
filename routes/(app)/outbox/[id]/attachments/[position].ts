/** What hangs on a message, as a file to keep: never shown in a page of ours. */
import { withTenant } from "../../../../../db/tenant.ts";
import { define, signedIn } from "../../../../../define.ts";
import { milepostError } from "../../../../../lib/core/errors.ts";
import { findMessage } from "../../../../../lib/notifications/views.ts";
import { requireOutbox } from "../../(_components)/message_words.tsx";

export const handler = define.handlers({
  async GET(ctx) {
    const { tenantId } = signedIn(ctx.state);
    requireOutbox(ctx.state.config);
    const { id, position } = ctx.params;
    const { attachments } = await withTenant(
      ctx.state.environment.database,
      tenantId,
      (db) => findMessage(db, id),
      { readOnly: true },
    );
    const attachment = /^\d{1,3}$/.test(position) ? attachments[Number(position) - 1] : undefined;
    if (!attachment) {
      throw milepostError("NotFound", { message: "Nothing with this number hangs on the message." });
    }
    const fileName = attachment.fileName.replace(/[^A-Za-z0-9._-]/g, "-");
    return new Response(attachment.content, {
      headers: {
        // Not as HTML: finished pages are ours, and this one must stay as the customer gets it.
        "content-type": "application/octet-stream",
        "content-disposition": `attachment; filename="${fileName}"`,
      },
    });
  },
});
