/** Keys by which programs come in: an admin makes them here and sees each secret once. */
import type { ComponentChildren } from "preact";
import { type FreshContext, page } from "fresh";
import { Day } from "../../../components/ui/date.tsx";
import { withTenant } from "../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../define.ts";
import { createApiKey, hasEnded, listApiKeys, shownSecret } from "../../../lib/auth/api_keys.ts";
import { requireCapability } from "../../../lib/auth/policy.ts";
import { isMilepostError } from "../../../lib/core/errors.ts";
import { formErrors, readForm } from "../../(_components)/form_fields.ts";
import { type ApiKeyRow, ApiKeysPage, type ApiKeysProps } from "./(_components)/api_keys_page.tsx";
import { capabilityWords, chosenCapabilities } from "../(_components)/capability_choice.tsx";
import { secretHeaders } from "../(_components)/new_secret.tsx";

const empty: ApiKeysProps["values"] = { name: "", capabilities: ["read", "usage.import"], lastDay: "" };

export const handler = define.handlers({
  async GET(ctx) {
    const { session } = signedIn(ctx.state);
    requireCapability(session.actor, "api_keys.manage");
    const revoked = ctx.url.searchParams.get("done") === "revoked";
    ctx.state.title = { page: "API keys" };
    const done = revoked ? "The key is revoked. Nothing can use it any more." : undefined;
    return page<ApiKeysProps>({ ...await readKeys(ctx), done, errors: [], values: empty });
  },
  async POST(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const field = await readForm(ctx.req);
    const values = {
      name: field("name"),
      capabilities: chosenCapabilities(field),
      lastDay: field("last_day"),
    };
    ctx.state.title = { page: "API keys" };
    try {
      const asker = { tenantId, actor: session.actor };
      const { secret } = await createApiKey(ctx.state.environment, asker, values);
      return page({ ...await readKeys(ctx), secret, errors: [], values: empty }, { headers: secretHeaders });
    } catch (error) {
      if (!isMilepostError(error, "InvalidInput")) throw error;
      ctx.state.title = { page: "API keys", hasErrors: true };
      return page({ ...await readKeys(ctx), errors: formErrors(error), values }, { status: 422 });
    }
  },
});

export default define.page<typeof handler>(({ data }) => <ApiKeysPage {...data} />);

async function readKeys({ state }: FreshContext<State>): Promise<{ keys: ApiKeyRow[]; example: string }> {
  const { tenantId } = signedIn(state);
  const { database, clock } = state.environment;
  const found = await withTenant(database, tenantId, listApiKeys, { readOnly: true });
  const now = clock.now();
  const today = now.toZonedDateTimeISO("UTC").toPlainDate();
  const day = (at: Temporal.Instant) => (
    <Day
      date={at.toZonedDateTimeISO("UTC").toPlainDate().toString()}
      short
      thisYear={today.year}
    />
  );
  const until = (
    revokedAt: Temporal.Instant | null,
    expiresAt: Temporal.Instant | null,
  ): ComponentChildren => {
    if (revokedAt) return "revoked";
    if (hasEnded(expiresAt, now)) return "ended";
    // The end is the first instant of the day after the last one.
    return expiresAt ? day(expiresAt.subtract({ seconds: 1 })) : "no end";
  };
  const keys = found.map(({ id, name, hint, capabilities, lastUsedAt, revokedAt, expiresAt }) => ({
    id: revokedAt || hasEnded(expiresAt, now) ? undefined : id,
    name,
    secret: shownSecret(tenantId, hint),
    rights: capabilityWords(capabilities),
    lastUsed: lastUsedAt ? day(lastUsedAt) : "never",
    until: until(revokedAt, expiresAt),
  }));
  return { keys, example: today.add({ years: 1 }).toString() };
}
