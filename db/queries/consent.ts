/** The consent log: texts in their versions, and who agreed to them. */
import { sql } from "kysely";
import type { SystemDb } from "../system.ts";
import type { TenantDb } from "../tenant.ts";

export interface ConsentText {
  id: string;
  purpose: string;
  version: number;
  words: string;
  writtenAt: Temporal.Instant;
}

export interface ListedConsentText extends ConsentText {
  /** Customers whose consent to this version is in force. */
  inForce: bigint;
}

/** Adds the next version of a purpose's text; nothing where another one was added at the same moment. */
export async function insertConsentText(
  db: TenantDb,
  { purpose, words, writtenBy, writtenAt }: {
    purpose: string;
    words: string;
    writtenBy: string;
    writtenAt: Temporal.Instant;
  },
): Promise<{ id: string; version: number } | undefined> {
  const [row] = await db.sql<{ id: string; version: number }[]>`
    insert into consent_text (tenant_id, purpose, version, words, written_by, written_at)
    select ${db.tenantId}, ${purpose}, coalesce(max(version), 0) + 1, ${words}, ${writtenBy}, ${writtenAt}
    from consent_text where tenant_id = ${db.tenantId} and purpose = ${purpose}
    on conflict (tenant_id, purpose, version) do nothing returning id, version`;
  return row && { ...row };
}

/** By purpose, the newest version first. */
export async function listConsentTexts(db: TenantDb): Promise<ListedConsentText[]> {
  const rows = await db.sql<ListedConsentText[]>`
    select id, purpose, version, words, written_at as "writtenAt", (
      select count(*) from consent where consent.tenant_id = t.tenant_id
        and consent.consent_text_id = t.id and consent.withdrawn_on is null) as "inForce"
    from consent_text t where tenant_id = ${db.tenantId} order by purpose, version desc`;
  return rows.map((row) => ({ ...row }));
}

export interface Consent {
  id: string;
  customerId: string;
  purpose: string;
  version: number;
  agreedBy: string;
  agreedOn: Temporal.PlainDate;
  withdrawnOn: Temporal.PlainDate | null;
}

function consents(db: TenantDb) {
  return db.query.selectFrom("consent")
    .innerJoin(
      "consent_text as text",
      (join) =>
        join.onRef("text.tenant_id", "=", "consent.tenant_id").onRef(
          "text.id",
          "=",
          "consent.consent_text_id",
        ),
    )
    .select([
      "consent.id",
      "consent.customer_id as customerId",
      "text.purpose",
      "text.version",
      "consent.agreed_by as agreedBy",
      "consent.agreed_on as agreedOn",
      "consent.withdrawn_on as withdrawnOn",
    ]).where("consent.tenant_id", "=", db.tenantId);
}

/** Of a customer, the newest first. */
export async function listConsents(db: TenantDb, customerId: string): Promise<Consent[]> {
  return await consents(db).where("consent.customer_id", "=", customerId).orderBy("consent.id", "desc")
    .execute();
}

export async function findConsent(db: TenantDb, id: string): Promise<Consent | undefined> {
  return await consents(db).where("consent.id", "=", id).executeTakeFirst();
}

/** The id of the new consent; nothing where one to the same text is in force. */
export async function insertConsent(
  db: TenantDb,
  row: {
    consentTextId: string;
    customerId: string;
    agreedBy: string;
    agreedOn: Temporal.PlainDate;
    recordedBy: string;
    recordedAt: Temporal.Instant;
  },
): Promise<string | undefined> {
  const inserted = await db.query.insertInto("consent").values({
    tenant_id: db.tenantId,
    consent_text_id: row.consentTextId,
    customer_id: row.customerId,
    agreed_by: row.agreedBy,
    agreed_on: row.agreedOn,
    recorded_by: row.recordedBy,
    recorded_at: row.recordedAt,
  }).onConflict((conflict) =>
    // A literal: the planner matches the partial index by it, and would not by a parameter.
    conflict.columns(["tenant_id", "customer_id", "consent_text_id"])
      .where(sql<boolean>`withdrawn_on is null`).doNothing()
  ).returning("id").executeTakeFirst();
  return inserted?.id;
}

/** False where it is withdrawn already. */
export async function setConsentWithdrawn(
  db: TenantDb,
  id: string,
  withdrawnOn: Temporal.PlainDate,
  recordedBy: string,
): Promise<boolean> {
  const { numUpdatedRows } = await db.query.updateTable("consent")
    .set({ withdrawn_on: withdrawnOn, withdrawal_recorded_by: recordedBy })
    .where("tenant_id", "=", db.tenantId).where("id", "=", id).where("withdrawn_on", "is", null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/** For an erasure. */
export async function deleteConsentsOfCustomer(
  db: SystemDb,
  tenantId: string,
  customerId: string,
): Promise<void> {
  await db.query.deleteFrom("consent").where("tenant_id", "=", tenantId).where("customer_id", "=", customerId)
    .execute();
}
