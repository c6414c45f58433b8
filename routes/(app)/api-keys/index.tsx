/** Keys by which programs come in: an admin makes them here and sees each secret once. */
import { type FreshContext, page } from "fresh";
import { Day } from "../../../components/ui/date.tsx";
import { withTenant } from "../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../define.ts";
import { createApiKey, listApiKeys } from "../../../lib/auth/api_keys.ts";
import { requireCapability } from "../../../lib/auth/policy.ts";
import { isMilepostError } from "../../../lib/core/errors.ts";
import { formErrors, readForm } from "../../(_components)/form_fields.ts";
import { type ApiKeyRow, ApiKeysPage, type ApiKeysProps } from "./(_components)/api_keys_page.tsx";

const rightWords: Record<string, string> = { "read": "read", "usage.import": "send usage" };

export const handler = define.handlers({
  async GET(ctx) {
    const { session } = signedIn(ctx.state);
    requireCapability(session.actor, "api_keys.manage");
    const revoked = ctx.url.searchParams.get("done") === "revoked";
    ctx.state.title = { page: "API keys" };
    return page<ApiKeysProps>({
      keys: await readKeys(ctx),
      done: revoked ? "The key is revoked. Nothing can use it any more." : undefined,
      errors: [],
      values: { name: "", read: true, importUsage: true },
    });
  },
  async POST(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const field = await readForm(ctx.req);
    const values = {
      name: field("name"),
      read: field("read") !== "",
      importUsage: field("import_usage") !== "",
    };
    const capabilities = [...(values.read ? ["read"] : []), ...(values.importUsage ? ["usage.import"] : [])];
    ctx.state.title = { page: "API keys" };
    try {
      const { secret } = await createApiKey(
        ctx.state.environment,
        { tenantId, actor: session.actor },
        { name: values.name, capabilities },
      );
      const empty = { name: "", read: true, importUsage: true };
      // The secret must not stay in a cache or a history.
      const headers = { "cache-control": "no-store" };
      return page({ keys: await readKeys(ctx), secret, errors: [], values: empty }, { headers });
    } catch (error) {
      if (!isMilepostError(error, "InvalidInput")) throw error;
      ctx.state.title = { page: "API keys", hasErrors: true };
      return page({ keys: await readKeys(ctx), errors: formErrors(error), values }, { status: 422 });
    }
  },
});

export default define.page<typeof handler>(({ data }) => <ApiKeysPage {...data} />);

async function readKeys({ state }: FreshContext<State>): Promise<ApiKeyRow[]> {
  const { tenantId } = signedIn(state);
  const { database, clock } = state.environment;
  const keys = await withTenant(database, tenantId, listApiKeys, { readOnly: true });
  const thisYear = clock.now().toZonedDateTimeISO("UTC").year;
  return keys.map(({ id, name, hint, capabilities, lastUsedAt, revokedAt }) => ({
    name,
    secret: `mp_…${hint}`,
    rights: capabilities.map((capability) => rightWords[capability] ?? capability).join(", "),
    lastUsed: lastUsedAt
      ? (
        <Day
          date={lastUsedAt.toZonedDateTimeISO("UTC").toPlainDate().toString()}
          short
          thisYear={thisYear}
        />
      )
      : "never",
    revokeHref: revokedAt ? undefined : `/api-keys/${id}/revoke`,
  }));
}
