/** Ends a key of a program, after a last look at which one. */
import { page } from "fresh";
import { Form } from "../../../../components/ui/form.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn } from "../../../../define.ts";
import { listApiKeys, revokeApiKey, shownSecret } from "../../../../lib/auth/api_keys.ts";
import { requireCapability } from "../../../../lib/auth/policy.ts";
import { execute } from "../../../../lib/core/command.ts";
import { milepostError } from "../../../../lib/core/errors.ts";
import { parseId } from "../../../../lib/core/ids.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    requireCapability(session.actor, "api_keys.manage");
    const keys = await withTenant(ctx.state.environment.database, tenantId, listApiKeys, { readOnly: true });
    const key = keys.find(({ id, revokedAt }) => id === ctx.params.id && revokedAt === null);
    if (!key) throw milepostError("NotFound", { message: "There is no such key, or it was revoked before." });
    ctx.state.title = { page: "Revoke a key" };
    return page({ id: key.id, name: key.name, shown: shownSecret(tenantId, key.hint) });
  },
  async POST(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const apiKeyId = parseId("api key", ctx.params.id);
    await execute(ctx.state.environment, revokeApiKey, { tenantId, actor: session.actor }, { apiKeyId });
    return ctx.redirect("/api-keys?done=revoked", 303);
  },
});

export default define.page<typeof handler>(({ data: { id, name, shown } }) => (
  <>
    <PageHeader
      trail={[{ label: "Home", href: "/" }, { label: "API keys", href: "/api-keys" }]}
      title={`Revoke the key of ${name}`}
      state={`Systems that send the key ${shown} are refused from now on. This cannot be undone.`}
    />
    <Form
      action={`/api-keys/${id}/revoke`}
      submit="Revoke the key"
      cancel={{ label: "Keep the key", href: "/api-keys" }}
    >
      {null}
    </Form>
  </>
));
