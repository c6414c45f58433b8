/** Says which column of an uploaded file is what: guessed first, previewed, and imported when someone confirms. */
import { define, signedIn } from "../../../../define.ts";
import { requireCapability } from "../../../../lib/auth/policy.ts";
import { execute } from "../../../../lib/core/command.ts";
import { isMilepostError } from "../../../../lib/core/errors.ts";
import { mapUsageImport } from "../../../../lib/usage/mapping_commands.ts";
import { lookAtUpload } from "../../../../lib/usage/waiting_file.ts";
import { withTenant } from "../../../../db/tenant.ts";
import { readForm } from "../../../(_components)/form_fields.ts";
import { readChoice, readDelimiter } from "../(_components)/column_values.ts";
import { ColumnsPage } from "../(_components)/columns_page.tsx";
import { showColumns } from "../(_components)/show_columns.tsx";

export const handler = define.handlers({
  GET(ctx) {
    requireCapability(signedIn(ctx.state).session.actor, "usage.import");
    return showColumns(ctx);
  },
  async POST(ctx) {
    const { session: { actor }, tenantId } = signedIn(ctx.state);
    requireCapability(actor, "usage.import");
    const { environment } = ctx.state;
    const { id } = ctx.params;
    const field = await readForm(ctx.req);
    const key = field("key") || crypto.randomUUID();
    if (field("step") !== "import") return showColumns(ctx, { field, key });
    const delimiter = readDelimiter(field("delimiter"));
    try {
      const { look } = await withTenant(
        environment.database,
        tenantId,
        (db) => lookAtUpload(db, id, delimiter),
        {
          readOnly: true,
        },
      );
      const input = {
        usageImportId: id,
        delimiter,
        choice: readChoice(field, look.columns),
        name: field("name"),
      };
      await execute(environment, mapUsageImport, { tenantId, actor, key }, input);
    } catch (error) {
      // the second press of a button: the file is read already
      if (isMilepostError(error, "IllegalTransition")) return ctx.redirect(`/usage/${id}`, 303);
      if (!isMilepostError(error) || (error.status !== 409 && error.status !== 422)) throw error;
      return showColumns(ctx, { field, refusal: error, key: crypto.randomUUID() });
    }
    return ctx.redirect(`/usage/${id}`, 303);
  },
});

export default define.page<typeof handler>(({ data }) => <ColumnsPage {...data} />);
