/** The client that a page is about. */
import type { FreshContext } from "fresh";
import { withTenant } from "../../../../db/tenant.ts";
import { signedIn, type State } from "../../../../define.ts";
import { requireCapability } from "../../../../lib/auth/policy.ts";
import { milepostError } from "../../../../lib/core/errors.ts";
import { listApiClients } from "../../../../lib/oauth/api_clients.ts";

/** Id, name and rights. Throws `NotPermitted`, and `NotFound` for a client that was ended. */
export async function readClient({ state, params }: FreshContext<State>) {
  const { session, tenantId } = signedIn(state);
  requireCapability(session.actor, "api_keys.manage");
  const { database } = state.environment;
  const clients = await withTenant(database, tenantId, listApiClients, { readOnly: true });
  const client = clients.find(({ id, endedAt }) => id === params.id && endedAt === null);
  if (!client) {
    throw milepostError("NotFound", { message: "There is no such client, or it was ended before." });
  }
  const { id, name, capabilities } = client;
  return { id, name, capabilities };
}
