/** Exchange rates by day, pair and source, and how old one may be: rows are only ever added, the latest one holds. */
import type { Cursor } from "../../lib/core/cursor_page.ts";
import type { TenantDb } from "../tenant.ts";

export interface NewExchangeRate {
  base: string;
  quote: string;
  day: Temporal.PlainDate;
  source: "ecb" | "manual";
  /** Decimal text above zero. */
  rate: string;
}

export interface StoredExchangeRate extends NewExchangeRate {
  id: string;
}

/**
 * Adds rates of one source, but none that its day, pair and source has already. Gives how many were added, and how many of
 * these correct an earlier one.
 */
export async function insertExchangeRates(
  db: TenantDb,
  rates: readonly NewExchangeRate[],
  source: NewExchangeRate["source"],
  recordedBy: string,
): Promise<{ added: number; corrected: number }> {
  const [counts] = await db.sql<{ added: number; corrected: number }[]>`
    with given as (
      select given.*, known.rate as before from unnest(
        ${rates.map(({ base }) => base)}::text[], ${rates.map(({ quote }) => quote)}::text[],
        ${rates.map(({ day }) => day.toString())}::text[]::date[], ${rates.map(({ rate }) => rate)}::numeric[]
      ) as given(base, quote, day, rate)
      left join lateral (
        select known.rate from exchange_rate known
        where known.tenant_id = ${db.tenantId} and known.base_currency = given.base
          and known.quote_currency = given.quote and known.day = given.day and known.source = ${source}
        order by known.recorded_at desc, known.id desc limit 1
      ) known on true
    ), changed as (select * from given where before is distinct from rate), added as (
      insert into exchange_rate (tenant_id, base_currency, quote_currency, day, source, rate, recorded_by)
      select ${db.tenantId}::uuid, base, quote, day, ${source}, rate, ${recordedBy} from changed
    )
    select count(*) filter (where before is null)::int as added,
      count(*) filter (where before is not null)::int as corrected from changed`;
  return counts;
}

/** Until the transaction ends nobody else of the tenant adds rates. */
export async function lockExchangeRates(db: TenantDb): Promise<void> {
  await db.sql`select pg_advisory_xact_lock(hashtextextended('exchange rates ' || ${db.tenantId}::text, 0))`;
}

/** Of each pair of these currencies the newest rate up to a day; of one day what was typed by hand, else the latest. */
export async function listRatesUpTo(
  db: TenantDb,
  currencies: readonly string[],
  day: Temporal.PlainDate,
): Promise<StoredExchangeRate[]> {
  const named = [...new Set(currencies)];
  return await db.sql<StoredExchangeRate[]>`
    select newest.id, pair.base, pair.quote, newest.day, newest.source, newest.rate
    from (select base, quote from unnest(${named}::text[]) base, unnest(${named}::text[]) quote
      where base <> quote) pair
    cross join lateral (
      select id, day, source, rate from exchange_rate
      where tenant_id = ${db.tenantId} and base_currency = pair.base and quote_currency = pair.quote
        and day <= ${day.toString()}::text::date
      order by day desc, source desc, recorded_at desc, id desc limit 1
    ) newest order by pair.base, pair.quote`;
}

/** The newest rate of every pair, by pair, from a cursor ("EUR/USD") on; one more than `size` if there are more. */
export async function listNewestRates(
  db: TenantDb,
  size: number,
  cursor?: Cursor,
): Promise<StoredExchangeRate[]> {
  const after = cursor && "after" in cursor ? cursor.after : "";
  const before = cursor && "before" in cursor ? cursor.before : null;
  const ordered = db.sql`order by base || '/' || quote ${before === null ? db.sql`` : db.sql`desc`}`;
  return await db.sql<StoredExchangeRate[]>`
    select * from (
      select distinct on (base_currency, quote_currency) id, base_currency as base, quote_currency as quote, day,
        source, rate
      from exchange_rate where tenant_id = ${db.tenantId}
      order by base_currency, quote_currency, day desc, source desc, recorded_at desc, id desc
    ) newest
    where base || '/' || quote > ${after} and (${before}::text is null or base || '/' || quote < ${before})
    ${ordered} limit ${size + 1}`;
}

/** How many days old a rate may be, as it was decided by an instant; nothing while nobody decided. */
export async function findOldestDays(db: TenantDb, at: Temporal.Instant): Promise<number | undefined> {
  const found = await db.query.selectFrom("exchange_rate_policy").select("oldest_days as oldestDays")
    .where("tenant_id", "=", db.tenantId).where("set_at", "<=", at)
    .orderBy("set_at", "desc").orderBy("id", "desc").limit(1).executeTakeFirst();
  return found?.oldestDays;
}

export async function insertOldestDays(
  db: TenantDb,
  oldestDays: number,
  set: { by: string; at: Temporal.Instant },
): Promise<void> {
  await db.query.insertInto("exchange_rate_policy")
    .values({ tenant_id: db.tenantId, oldest_days: oldestDays, set_by: set.by, set_at: set.at }).execute();
}
