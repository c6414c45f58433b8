/** Number series: one counter row for each entity, document type and year. Who numbers holds its lock until the commit. */
import type { TenantDb } from "../tenant.ts";

export interface SeriesKey {
  billingEntityId: string;
  documentType: "invoice" | "credit_note";
  /** Of the local issue date. */
  year: number;
}

/** A block of consecutive numbers and the date of their issue. */
export interface NumberBlock {
  first: bigint;
  last: bigint;
  /** Never before the date of an earlier number of the series. */
  issueDate: Temporal.PlainDate;
}

/**
 * Takes the next `count` numbers and locks the series, so that a number is given back when the transaction fails and none
 * is skipped. Take it last: whoever numbers next waits from here to the commit.
 */
export async function lockNumbers(
  db: TenantDb,
  { billingEntityId, documentType, year }: SeriesKey,
  localDate: Temporal.PlainDate,
  count = 1,
): Promise<NumberBlock> {
  const [row] = await db.sql<{ last_number: bigint; last_issue_date: Temporal.PlainDate }[]>`
    insert into number_series as series
      (tenant_id, billing_entity_id, document_type, year, last_number, last_issue_date)
    values (${db.tenantId}, ${billingEntityId}, ${documentType}, ${year}, ${count}, ${localDate})
    on conflict (tenant_id, billing_entity_id, document_type, year) do update
      set last_number = series.last_number + excluded.last_number,
        last_issue_date = greatest(series.last_issue_date, excluded.last_issue_date)
    returning last_number, last_issue_date`;
  return {
    first: row.last_number - BigInt(count) + 1n,
    last: row.last_number,
    issueDate: row.last_issue_date,
  };
}

/** The number given last, or 0 before the first one. */
export async function findLastNumber(
  db: TenantDb,
  { billingEntityId, documentType, year }: SeriesKey,
): Promise<bigint> {
  const found = await db.query.selectFrom("number_series").select("last_number")
    .where("tenant_id", "=", db.tenantId).where("billing_entity_id", "=", billingEntityId)
    .where("document_type", "=", documentType).where("year", "=", year).executeTakeFirst();
  return found?.last_number ?? 0n;
}
