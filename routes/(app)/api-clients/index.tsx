/** Clients of the API: an admin makes them here and sees each secret once. */
import { type FreshContext, page } from "fresh";
import { Day } from "../../../components/ui/date.tsx";
import { withTenant } from "../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../define.ts";
import { requireCapability } from "../../../lib/auth/policy.ts";
import { isMilepostError } from "../../../lib/core/errors.ts";
import { createApiClient, listApiClients } from "../../../lib/oauth/api_clients.ts";
import { clientIdOf } from "../../../lib/oauth/client_id.ts";
import { formErrors, readForm } from "../../(_components)/form_fields.ts";
import { capabilityWords, chosenCapabilities } from "../(_components)/capability_choice.tsx";
import { secretHeaders } from "../(_components)/new_secret.tsx";
import { ApiClientsPage, type ApiClientsProps } from "./(_components)/api_clients_page.tsx";

const empty: ApiClientsProps["values"] = { name: "", capabilities: ["read", "usage.import"] };

const doneWords: Record<string, string> = {
  ended: "The client is ended. Its secret and its access tokens are refused.",
  changed: "The rights are changed, also for the access tokens that the client holds.",
};

export const handler = define.handlers({
  async GET(ctx) {
    const { session } = signedIn(ctx.state);
    requireCapability(session.actor, "api_keys.manage");
    ctx.state.title = { page: "API clients" };
    const done = doneWords[ctx.url.searchParams.get("done") ?? ""];
    return page<ApiClientsProps>({ ...await readClients(ctx), done, errors: [], values: empty });
  },
  async POST(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const field = await readForm(ctx.req);
    const values = { name: field("name"), capabilities: chosenCapabilities(field) };
    ctx.state.title = { page: "API clients" };
    try {
      const asker = { tenantId, actor: session.actor };
      const made = await createApiClient(ctx.state.environment, asker, values);
      const data = { ...await readClients(ctx), made, errors: [], values: empty };
      return page<ApiClientsProps>(data, { headers: secretHeaders });
    } catch (error) {
      if (!isMilepostError(error, "InvalidInput")) throw error;
      ctx.state.title = { page: "API clients", hasErrors: true };
      const data = { ...await readClients(ctx), errors: formErrors(error), values };
      return page<ApiClientsProps>(data, { status: 422 });
    }
  },
});

export default define.page<typeof handler>(({ data }) => <ApiClientsPage {...data} />);

async function readClients({ state }: FreshContext<State>) {
  const { tenantId } = signedIn(state);
  const { database, clock } = state.environment;
  const found = await withTenant(database, tenantId, listApiClients, { readOnly: true });
  const thisYear = clock.now().toZonedDateTimeISO("UTC").year;
  const clients = found.map(({ id, name, capabilities, lastUsedAt, endedAt }) => ({
    id: endedAt ? undefined : id,
    name,
    clientId: clientIdOf({ tenantId, id }),
    rights: capabilityWords(capabilities),
    lastUsed: lastUsedAt
      ? (
        <Day
          date={lastUsedAt.toZonedDateTimeISO("UTC").toPlainDate().toString()}
          short
          thisYear={thisYear}
        />
      )
      : "never",
  }));
  return { clients, tokenAddress: `${state.reach.origin}/oauth/token` };
}
