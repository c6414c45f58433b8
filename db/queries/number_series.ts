/** Number series: one counter row for each entity, document type and year. Who numbers holds its lock until the commit. */
import type { DocumentType, NumberFormat } from "../../lib/core/number_format.ts";
import type { TenantDb } from "../tenant.ts";

export interface SeriesKey {
  billingEntityId: string;
  documentType: DocumentType;
  /** Of the local issue date. */
  year: number;
}

/** A block of consecutive numbers and the date of their issue. */
export interface NumberBlock {
  first: bigint;
  last: bigint;
  /** Never before the date of an earlier number of the series. */
  issueDate: Temporal.PlainDate;
  /** The format that the series began with, or null for the standard one. */
  format: NumberFormat | null;
}

interface SeriesRow {
  lastNumber: bigint;
  lastIssueDate: Temporal.PlainDate;
  prefix: NumberFormat["prefix"] | null;
  separator: NumberFormat["separator"];
  yearDigits: NumberFormat["yearDigits"];
  numberDigits: NumberFormat["numberDigits"];
}

/**
 * Takes the next `count` numbers and locks the series, so that a number is given back when the transaction fails and none
 * is skipped. Take it last: whoever numbers next waits from here to the commit. The first number of a series takes the
 * format set for the entity, and the series keeps it.
 */
export async function lockNumbers(
  db: TenantDb,
  key: SeriesKey,
  localDate: Temporal.PlainDate,
  count = 1,
): Promise<NumberBlock> {
  const row = await advance(db, key, localDate, count) ?? await begin(db, key, localDate, count);
  return {
    first: row.lastNumber - BigInt(count) + 1n,
    last: row.lastNumber,
    issueDate: row.lastIssueDate,
    format: formatOf(row),
  };
}

function columns(db: TenantDb) {
  return db.sql`series.last_number as "lastNumber", series.last_issue_date as "lastIssueDate", series.prefix,
    series.separator, series.year_digits as "yearDigits", series.number_digits as "numberDigits"`;
}

async function advance(
  db: TenantDb,
  { billingEntityId, documentType, year }: SeriesKey,
  localDate: Temporal.PlainDate,
  count: number,
): Promise<SeriesRow | undefined> {
  const [row] = await db.sql<SeriesRow[]>`
    update number_series as series set last_number = series.last_number + ${count},
      last_issue_date = greatest(series.last_issue_date, ${localDate})
    where tenant_id = ${db.tenantId} and billing_entity_id = ${billingEntityId}
      and document_type = ${documentType} and year = ${year}
    returning ${columns(db)}`;
  return row;
}

/** The entity is locked against a change of its format first, in a statement of its own: the next one sees what was set. */
async function begin(
  db: TenantDb,
  { billingEntityId, documentType, year }: SeriesKey,
  localDate: Temporal.PlainDate,
  count: number,
): Promise<SeriesRow> {
  await db.sql`
    select from billing_entity where tenant_id = ${db.tenantId} and id = ${billingEntityId} for share`;
  const [row] = await db.sql<SeriesRow[]>`
    insert into number_series as series (tenant_id, billing_entity_id, document_type, year, last_number,
      last_issue_date, prefix, separator, year_digits, number_digits)
    select entity.tenant_id, entity.id, ${documentType}, ${year}, ${count}, ${localDate}, format.prefix,
      format.separator, format.year_digits, format.number_digits
    from billing_entity entity left join number_format format
      on format.tenant_id = entity.tenant_id and format.billing_entity_id = entity.id
      and format.document_type = ${documentType}
    where entity.tenant_id = ${db.tenantId} and entity.id = ${billingEntityId}
    on conflict (tenant_id, billing_entity_id, document_type, year) do update
      set last_number = series.last_number + excluded.last_number,
        last_issue_date = greatest(series.last_issue_date, excluded.last_issue_date)
    returning ${columns(db)}`;
  return row;
}

function formatOf({ prefix, separator, yearDigits, numberDigits }: SeriesRow): NumberFormat | null {
  return prefix === null ? null : { prefix, separator, yearDigits, numberDigits };
}

/** A series that has begun: its number given last, and its format (null for the standard one). */
export async function findSeries(
  db: TenantDb,
  { billingEntityId, documentType, year }: SeriesKey,
): Promise<{ lastNumber: bigint; format: NumberFormat | null } | undefined> {
  const [row] = await db.sql<SeriesRow[]>`
    select ${columns(db)} from number_series as series
    where tenant_id = ${db.tenantId} and billing_entity_id = ${billingEntityId}
      and document_type = ${documentType} and year = ${year} and last_number > 0`;
  return row && { lastNumber: row.lastNumber, format: formatOf(row) };
}
