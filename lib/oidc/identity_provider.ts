/** The identity provider of a tenant: set by an admin, tried before it is kept, its secret sealed. */
import {
  deleteIdentityProvider,
  findIdentityProvider,
  findTenantOfAddress,
  type IdentityProviderSettings,
  setIdentityProvider,
} from "../../db/queries/identity_provider.ts";
import { withSystem } from "../../db/system.ts";
import { withTenant } from "../../db/tenant.ts";
import { requireMayGive, rightsOf } from "../auth/policy.ts";
import { type Actor, actorKey } from "../core/actor.ts";
import { defineCommand, type Environment, execute } from "../core/command.ts";
import { milepostError, refuseField } from "../core/errors.ts";
import { isId } from "../core/ids.ts";
import { readAll, readText } from "../core/input.ts";
import type { SecretContext } from "../core/secrets.ts";
import { discover, type ProviderAccount, ProviderFault } from "./provider_client.ts";

/** What someone may become by signing in without an invitation. Admins are always made by a person. */
export const newcomerRoles = ["viewer", "biller", "approver"] as const;

export interface IdentityProviderInput {
  /** What people type to find it: `calder`. */
  address: string;
  issuer: string;
  clientId: string;
  /** Empty keeps the one that is there. */
  clientSecret: string;
  /** E-mail domains, with spaces or commas between them. */
  domains: string;
  /** One of `newcomerRoles`; empty where only invited people come in. */
  newcomerRole: string;
}

/** The settings as they are checked and kept, the secret aside. */
type Settings = Omit<IdentityProviderSettings, "clientSecretSealed">;

const contextOf = (tenantId: string): SecretContext => ({
  tenantId,
  record: `identity_provider:${tenantId}`,
});

/** Whoever chooses the provider can become anyone of the tenant, so it takes all that anyone may do. */
function requireAllRights(actor: Actor): void {
  requireMayGive(actor, rightsOf(["admin"]));
}

const storeIdentityProvider = defineCommand<
  Settings & { clientSecretSealed: Uint8Array },
  { address: string }
>({
  name: "identity_provider.set",
  capability: "members.manage",
  confirmed: true,
  subject: (_input, { address }) => ({ type: "identity_provider", id: address }),
  detail: ({ address, issuer, clientId, domains, newcomerRole }) => ({
    address,
    issuer,
    clientId,
    domains,
    newcomerRole,
  }),
  async run({ db, actor, now }, input) {
    requireAllRights(actor);
    await setIdentityProvider(db, { ...input, updatedBy: actorKey(actor), now });
    return { address: input.address };
  },
});

/** Ends sign-in by the provider. Sessions that it vouched for go on until they end. Throws `NotFound`, `NotPermitted`. */
export const removeIdentityProvider = defineCommand<Record<string, never>, { address: string }>({
  name: "identity_provider.remove",
  capability: "members.manage",
  confirmed: true,
  subject: (_input, { address }) => ({ type: "identity_provider", id: address }),
  async run({ db, actor }) {
    requireAllRights(actor);
    const former = await findIdentityProvider(db);
    if (!former || !await deleteIdentityProvider(db)) throw noProvider();
    return { address: former.address };
  },
});

function noProvider(): Error {
  return milepostError("NotFound", { message: "No company signs in here by this address. Check it." });
}

/**
 * Checks the settings, asks the provider whether it is there, and keeps them. Throws `InvalidInput`, with the field `issuer` for a
 * provider that does not answer, and `NotPermitted`.
 */
export async function saveIdentityProvider(
  environment: Environment,
  asker: { tenantId: string; actor: Actor },
  input: IdentityProviderInput,
): Promise<void> {
  requireAllRights(asker.actor);
  const { tenantId } = asker;
  const former = await loadIdentityProvider(environment, tenantId);
  const { clientSecret, ...settings } = readAll({
    address: () => readAddress(input.address),
    issuer: () => readIssuer(input.issuer),
    clientId: () => readText("client_id", input.clientId, "milepost"),
    clientSecret: () =>
      readText("client_secret", input.clientSecret || (former?.clientSecret ?? ""), "q7Zk4w0d", 500),
    domains: () => readDomains(input.domains),
    newcomerRole: () => readNewcomerRole(input.newcomerRole),
  });
  if (former && former.issuer !== settings.issuer && input.clientSecret === "") {
    refuseField("client_secret", "", "Type the secret of the new provider.");
  }
  const holder = await withSystem(environment.database, (db) => findTenantOfAddress(db, settings.address));
  if (holder !== undefined && holder !== tenantId) {
    refuseField("address", settings.address, "This address is taken. Use another one.", "calder-fleet");
  }
  await requireProvider(environment, { ...settings, clientSecret });
  const plain = new TextEncoder().encode(clientSecret);
  const clientSecretSealed = await environment.secrets.seal(contextOf(tenantId), plain);
  await execute(environment, storeIdentityProvider, asker, { ...settings, clientSecretSealed });
}

async function requireProvider(environment: Environment, account: ProviderAccount): Promise<void> {
  try {
    await discover(environment, account);
  } catch (error) {
    if (!(error instanceof ProviderFault)) throw error;
    const rule = "No provider answers at this address as OpenID Connect says. Copy the issuer exactly.";
    refuseField("issuer", account.issuer, rule, "https://login.calder.example");
  }
}

function readAddress(text: string): string {
  const address = text.trim().toLowerCase();
  if (
    /^[a-z0-9](-?[a-z0-9])*$/.test(address) && address.length >= 3 && address.length <= 40 && !isId(address)
  ) {
    return address;
  }
  return refuseField("address", text, "Use 3 to 40 letters, digits and single hyphens.", "calder");
}

function readIssuer(text: string): string {
  const issuer = text.trim();
  const url = URL.parse(issuer);
  if (url && /^https?:$/.test(url.protocol) && !/[?#]/.test(issuer) && url.username === "") return issuer;
  return refuseField(
    "issuer",
    text,
    "Use the https:// address that the provider calls its issuer.",
    "https://login.calder.example",
  );
}

function readDomains(text: string): string[] {
  const domains = [...new Set(text.toLowerCase().split(/[\s,;]+/).filter((domain) => domain !== ""))];
  const isDomain = (domain: string) =>
    /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/.test(domain);
  const wrong = domains.find((domain) => !isDomain(domain));
  if (wrong !== undefined || domains.length === 0 || domains.length > 50) {
    refuseField("domains", wrong ?? text, "Use 1 to 50 domains of e-mail addresses.", "calder.example");
  }
  return domains;
}

function readNewcomerRole(text: string): string | null {
  if (text === "") return null;
  return newcomerRoles.find((role) => role === text) ??
    refuseField("newcomer_role", text, `Use one of ${newcomerRoles.join(", ")}, or none.`);
}

/** A tenant's provider with its secret, for talking to it. */
export interface IdentityProvider extends Settings, ProviderAccount {
  tenantId: string;
}

/** The provider of a tenant, or null. */
export async function loadIdentityProvider(
  { database, secrets }: Pick<Environment, "database" | "secrets">,
  tenantId: string,
): Promise<IdentityProvider | null> {
  const found = await withTenant(database, tenantId, findIdentityProvider, { readOnly: true });
  if (!found) return null;
  const { clientSecretSealed, ...settings } = found;
  const plain = await secrets.open(contextOf(tenantId), clientSecretSealed);
  return { ...settings, tenantId, clientSecret: new TextDecoder().decode(plain) };
}

/** The provider that an address, or the id of a tenant, leads to. Throws `NotFound`. */
export async function findProviderAt(
  environment: Pick<Environment, "database" | "secrets">,
  company: string,
): Promise<IdentityProvider> {
  const { database } = environment;
  const tenantId = isId(company)
    ? company
    : await withSystem(database, (db) => findTenantOfAddress(db, company.toLowerCase()), { readOnly: true });
  const provider = tenantId === undefined ? null : await loadIdentityProvider(environment, tenantId);
  if (!provider) throw noProvider();
  return provider;
}
