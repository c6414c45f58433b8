/** What a demo holds, counted over all tenants. */
import type { SystemDb } from "../system.ts";

export interface DemoCounts {
  tenants: number;
  customers: number;
  vehicles: number;
  usageEvents: number;
  duplicates: number;
  quarantined: number;
  /** Issued ones. */
  invoices: number;
  /** Of the issued invoices, in minor units. */
  totals: { currency: string; total: bigint }[];
}

export async function countDemo(db: SystemDb): Promise<DemoCounts> {
  const [counts] = await db.sql<Omit<DemoCounts, "totals">[]>`
    select (select count(*) from tenant)::int as tenants,
      (select count(*) from customer)::int as customers,
      (select count(*) from vehicle)::int as vehicles,
      (select count(*) from usage_event)::int as "usageEvents",
      (select coalesce(sum(duplicate_count), 0) from usage_import)::int as duplicates,
      (select coalesce(sum(quarantined_count), 0) from usage_import)::int as quarantined,
      (select count(*) from invoice where number is not null)::int as invoices`;
  const totals = await db.sql<DemoCounts["totals"]>`
    select currency, sum(total)::bigint as total from invoice where number is not null
    group by currency order by currency`;
  return { ...counts, totals };
}
