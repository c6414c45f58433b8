/** Lets a file that waits be read by a mapping that there is. */
import { define, signedIn } from "../../../../define.ts";
import { execute } from "../../../../lib/core/command.ts";
import { chooseMappingOfImport } from "../../../../lib/usage/mapping_commands.ts";
import { readForm } from "../../../(_components)/form_fields.ts";

export const handler = define.handlers({
  GET: (ctx) => ctx.redirect(`/usage/${ctx.params.id}`, 303),
  async POST(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const { id } = ctx.params;
    const field = await readForm(ctx.req);
    const input = { usageImportId: id, mapping: field("mapping") };
    await execute(ctx.state.environment, chooseMappingOfImport, { tenantId, actor: session.actor }, input);
    return ctx.redirect(`/usage/${id}`, 303);
  },
});
