/** How the numbers of series to come are written, for each billing entity and document type; and which prefixes are used. */
import type { DocumentType, NumberFormat } from "../../lib/core/number_format.ts";
import type { TenantDb } from "../tenant.ts";

/** The format that was set, if one was. */
export async function findNumberFormat(
  db: TenantDb,
  billingEntityId: string,
  documentType: DocumentType,
): Promise<NumberFormat | undefined> {
  const [found] = await db.sql<NumberFormat[]>`
    select prefix, separator, year_digits as "yearDigits", number_digits as "numberDigits"
    from number_format where tenant_id = ${db.tenantId} and billing_entity_id = ${billingEntityId}
      and document_type = ${documentType}`;
  return found;
}

export async function setNumberFormat(
  db: TenantDb,
  billingEntityId: string,
  documentType: DocumentType,
  { prefix, separator, yearDigits, numberDigits }: NumberFormat,
): Promise<void> {
  const columns = { prefix, separator, year_digits: yearDigits, number_digits: numberDigits };
  await db.query.insertInto("number_format")
    .values({
      tenant_id: db.tenantId,
      billing_entity_id: billingEntityId,
      document_type: documentType,
      ...columns,
    })
    .onConflict((conflict) =>
      conflict.columns(["tenant_id", "billing_entity_id", "document_type"]).doUpdateSet(columns)
    )
    .execute();
}

/** The formats that were set for these entities. */
export async function listNumberFormats(
  db: TenantDb,
  entityIds: readonly string[],
): Promise<(NumberFormat & { billingEntityId: string; documentType: DocumentType })[]> {
  return await db.sql`
    select billing_entity_id as "billingEntityId", document_type as "documentType", prefix, separator,
      year_digits as "yearDigits", number_digits as "numberDigits"
    from number_format where tenant_id = ${db.tenantId} and billing_entity_id = any(${[
    ...entityIds,
  ]}::uuid[])`;
}

/** Until the transaction ends nobody else of the tenant chooses a prefix. */
export async function lockPrefixes(db: TenantDb): Promise<void> {
  await db.sql`select pg_advisory_xact_lock(hashtextextended('number prefixes ' || ${db.tenantId}::text, 0))`;
}

export interface PrefixUse {
  billingEntityId: string;
  documentType: DocumentType;
  prefix: string;
}

/** The prefixes that were set for documents, and those that series began with. */
export async function listSetPrefixes(db: TenantDb): Promise<PrefixUse[]> {
  return await db.sql<PrefixUse[]>`
    select billing_entity_id as "billingEntityId", document_type as "documentType", prefix
    from number_format where tenant_id = ${db.tenantId}
    union
    select billing_entity_id, document_type, prefix from number_series
    where tenant_id = ${db.tenantId} and prefix is not null`;
}
