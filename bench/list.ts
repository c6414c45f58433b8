/** A page of the list of invoices out of very many, beside the smallest question in a transaction of the same form. */
import { type TenantDb, withTenant } from "../db/tenant.ts";
import { listInvoices } from "../lib/invoicing/views.ts";
import { type BenchDatabase, benchDatabase } from "./support/database.ts";
import { LargeFleet } from "./support/large_fleet.ts";
import { type BenchOutcome, median, rounded, say, secondsOf, type Size } from "./support/outcome.ts";

const sizes: Record<Size, { contracts: number; invoicesEach: number; repeats: number }> = {
  tiny: { contracts: 10, invoicesEach: 20, repeats: 5 },
  usual: { contracts: 1_000, invoicesEach: 100, repeats: 300 },
  long: { contracts: 10_000, invoicesEach: 100, repeats: 300 },
};

type Page = Awaited<ReturnType<typeof listInvoices>>;

export async function run(size: Size): Promise<BenchOutcome> {
  const { contracts, invoicesEach, repeats } = sizes[size];
  const bench = await benchDatabase();
  try {
    const large = await LargeFleet.setUp(bench);
    await large.growTo(contracts);
    await insertInvoices(bench, large, invoicesEach);
    const { fleet: { environment: { database, clock }, tenantId } } = large;
    const ask = <Answer>(work: (db: TenantDb) => Promise<Answer>) =>
      withTenant(database, tenantId, work, { readOnly: true });
    const [{ id: middle }] = await bench.admin<{ id: string }[]>`
      select id from invoice where tenant_id = ${tenantId} order by id offset ${
      contracts * invoicesEach / 2
    } limit 1`;
    const questions: Record<string, () => Promise<unknown>> = {
      select_1: () => ask((db) => db.sql`select 1`),
      first_page: () => ask((db) => listInvoices(db, { status: "any" }, clock.now())).then(requireFull),
      middle_page: () =>
        ask((db) => listInvoices(db, { status: "any" }, clock.now(), { after: middle })).then(requireFull),
      overdue_page: () => ask((db) => listInvoices(db, { status: "overdue" }, clock.now())).then(requireFull),
    };
    const times = await timesOf(questions, repeats);
    const figures: Record<string, number> = {}, ratios: Record<string, number> = {};
    for (const [name, ms] of Object.entries(times)) {
      figures[`${name}_ms`] = rounded(ms);
      if (name !== "select_1") ratios[`select_1_of_${name}`] = rounded(times.select_1 / ms);
      say(`${name} of ${contracts * invoicesEach} invoices: ${rounded(ms)} ms`);
    }
    return { figures, ratios };
  } finally {
    await bench.drop();
  }
}

/** Medians in milliseconds, each asked in turn with the others, after a tenth that is not counted. */
async function timesOf(
  questions: Record<string, () => Promise<unknown>>,
  repeats: number,
): Promise<Record<string, number>> {
  const times: Record<string, number[]> = {};
  for (let repeat = -Math.ceil(repeats / 10); repeat < repeats; repeat++) {
    for (const [name, question] of Object.entries(questions)) {
      const seconds = await secondsOf(question);
      if (repeat >= 0) (times[name] ??= []).push(seconds * 1000);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]));
}

function requireFull({ invoices, next }: Page): void {
  if (invoices.length !== 25 || !next) throw new Error("A full page with a next one was expected.");
}

/** Headers of issued invoices, four of five paid, month by month; the guards of the schema, which would take minutes, set aside. */
async function insertInvoices(
  { admin }: BenchDatabase,
  large: LargeFleet,
  invoicesEach: number,
): Promise<void> {
  await admin.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`
      insert into invoice (tenant_id, billing_entity_id, customer_id, contract_id, period_start, period_end, currency,
        state, series_year, series_number, number, issue_date, due_date, total, open_amount)
      select tenant_id, billing_entity_id, customer_id, id, start_date, end_date, 'GBP',
        case when is_paid then 'paid' else 'issued' end, 2024, place, 'CFS1-2024-' || place, end_date, end_date + 30,
        49440, case when is_paid then 0 else 49440 end
      from (
        select k.tenant_id, k.billing_entity_id, k.customer_id, k.id, month.start_date,
          (month.start_date + interval '1 month')::date as end_date, place, place % 5 <> 0 as is_paid
        from (
          select n, (date '2015-01-01' + make_interval(months => n))::date as start_date
          from generate_series(0, ${invoicesEach - 1}::int) as n
        ) as month
        cross join (select *, row_number() over (order by reference) as contract_place from contract) as k
        cross join lateral (select n * ${large.contracts}::bigint + contract_place as place) as placed
        where k.tenant_id = ${large.fleet.tenantId}
        order by place
      ) as billed`;
  });
  await admin`vacuum analyze`;
}
