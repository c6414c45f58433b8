/** A tenant's identity provider, found by the tenant, or by the address that people type before they are signed in. */
import type { SystemDb } from "../system.ts";
import type { TenantDb } from "../tenant.ts";

export interface IdentityProviderSettings {
  /** What people type: `calder`. */
  address: string;
  issuer: string;
  clientId: string;
  clientSecretSealed: Uint8Array;
  /** E-mail domains in small letters. */
  domains: string[];
  /** What someone becomes who was not invited; null where only invited people come in. */
  newcomerRole: string | null;
}

const columns = [
  "address",
  "issuer",
  "client_id as clientId",
  "client_secret_sealed as clientSecretSealed",
  "domains",
  "newcomer_role as newcomerRole",
] as const;

export async function findIdentityProvider(db: TenantDb): Promise<IdentityProviderSettings | undefined> {
  return await db.query.selectFrom("identity_provider").select(columns)
    .where("tenant_id", "=", db.tenantId).executeTakeFirst();
}

/** The tenant that this address leads to: the one that has had it longest. */
export async function findTenantOfAddress(db: SystemDb, address: string): Promise<string | undefined> {
  const row = await db.query.selectFrom("identity_provider").select("tenant_id").where(
    "address",
    "=",
    address,
  )
    .orderBy("address_since").orderBy("tenant_id").limit(1).executeTakeFirst();
  return row?.tenant_id;
}

export async function setIdentityProvider(
  db: TenantDb,
  settings: IdentityProviderSettings & { updatedBy: string; now: Temporal.Instant },
): Promise<void> {
  const values = {
    address: settings.address,
    issuer: settings.issuer,
    client_id: settings.clientId,
    client_secret_sealed: settings.clientSecretSealed,
    domains: [...settings.domains],
    newcomer_role: settings.newcomerRole,
    updated_by: settings.updatedBy,
    updated_at: settings.now,
  };
  const former = await findIdentityProvider(db);
  const since = former?.address === settings.address ? {} : { address_since: settings.now };
  await db.query.insertInto("identity_provider")
    .values({ tenant_id: db.tenantId, address_since: settings.now, ...values })
    .onConflict((conflict) => conflict.column("tenant_id").doUpdateSet({ ...values, ...since })).execute();
}

/** Takes the provider away, and says whether there was one. */
export async function deleteIdentityProvider(db: TenantDb): Promise<boolean> {
  const { numDeletedRows } = await db.query.deleteFrom("identity_provider")
    .where("tenant_id", "=", db.tenantId).executeTakeFirst();
  return numDeletedRows === 1n;
}
