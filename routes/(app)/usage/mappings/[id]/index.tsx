/** Changes a mapping that people made; imports keep the one that they were read by. */
import { type FreshContext, page } from "fresh";
import { withTenant } from "../../../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../../../define.ts";
import { requireCapability } from "../../../../../lib/auth/policy.ts";
import { choiceOf } from "../../../../../lib/imports/column_guess.ts";
import { changeUsageMapping } from "../../../../../lib/usage/mapping_commands.ts";
import { type OwnMapping, requireOwnMapping } from "../../../../../lib/usage/mappings.ts";
import { readForm } from "../../../../(_components)/form_fields.ts";
import { sendForm } from "../../../(_components)/sent_form.ts";
import { labelOf, readChoice } from "../../(_components)/column_values.ts";
import { MappingChange, type MappingChangeProps } from "../../(_components)/mappings_page.tsx";

export const handler = define.handlers({
  async GET(ctx) {
    const { id, name, columns, terms } = await read(ctx);
    ctx.state.title = { page: "Change", section: name };
    const fields = { choice: choiceOf(terms, columns), columns, errors: [] };
    return page<MappingChangeProps>({ id, title: name, name, sent: crypto.randomUUID(), fields });
  },
  async POST(ctx) {
    const { id, name: title, columns } = await read(ctx);
    const field = await readForm(ctx.req);
    const name = field("name");
    const choice = readChoice(field, columns);
    const input = { usageMappingId: id, choice, name };
    const answer = await sendForm(ctx, changeUsageMapping, field("key"), input, {});
    if ("result" in answer) return ctx.redirect("/usage/mappings?done=changed", 303);
    const { key: sent, status } = answer.refusal;
    const errors = answer.refusal.errors.map((found) => ({ ...found, label: labelOf(found.field, columns) }));
    ctx.state.title = { page: "Change", section: title, hasErrors: true };
    const fields = { choice, columns, errors };
    return page<MappingChangeProps>({ id, title, name, sent, fields }, { status });
  },
});

export default define.page<typeof handler>(({ data }) => <MappingChange {...data} />);

async function read(ctx: FreshContext<State>): Promise<OwnMapping> {
  const { session, tenantId } = signedIn(ctx.state);
  requireCapability(session.actor, "usage.import");
  const { database } = ctx.state.environment;
  return await withTenant(database, tenantId, (db) => requireOwnMapping(db, ctx.params.id), {
    readOnly: true,
  });
}
