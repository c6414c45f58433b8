/** Billed periods that were derived again: what is billed for them so far, and the record of each derivation. */
import { canonicalJson } from "../../lib/core/json.ts";
import type { TenantDb } from "../tenant.ts";
import type { ContractSpan } from "./billing_facts.ts";

/** A line that is billed for a period, on its own invoice or as the correction on a later one; minor units. */
export interface BilledLine {
  id: string;
  invoiceId: string;
  position: number;
  kind: "charge" | "true_up" | "discount";
  chargeId: string | null;
  vehicleId: string | null;
  description: string;
  quantity: string | null;
  amount: bigint;
  taxCategory: string | null;
  taxPercent: string | null;
  /** What credit notes took of it, with its sign. */
  credited: bigint;
  /** The part of that which counts against what is due: what was given away does not. */
  corrected: bigint;
}

/** For each span what is billed for just that period, the latest invoice first, drafts included. */
export async function listBilledLines(db: TenantDb, spans: readonly ContractSpan[]): Promise<BilledLine[][]> {
  const rows = await db.sql<(BilledLine & { place: bigint })[]>`
    select span.place, line.id, line.invoice_id as "invoiceId", line.position, line.kind,
      line.charge_id as "chargeId", line.vehicle_id as "vehicleId", line.description, line.quantity, line.amount,
      line.tax_category as "taxCategory", line.tax_percent as "taxPercent",
      coalesce(taken.credited, 0)::bigint as credited, coalesce(taken.corrected, 0)::bigint as corrected
    from unnest(
      ${spans.map(({ contractId }) => contractId)}::uuid[],
      ${spans.map(({ start }) => start.toString())}::text[]::date[]
    ) with ordinality as span(contract_id, first_day, place)
    cross join lateral (
      select line.* from invoice join invoice_line line
        on line.tenant_id = invoice.tenant_id and line.invoice_id = invoice.id
      where invoice.tenant_id = ${db.tenantId} and invoice.contract_id = span.contract_id
        and invoice.period_start = span.first_day and not invoice.only_corrections and invoice.state <> 'void'
        and not exists (select from invoice_line_correction corrects
          where corrects.tenant_id = line.tenant_id and corrects.invoice_line_id = line.id)
      union all
      select line.* from rederivation derived
      join invoice_line_correction corrects
        on corrects.tenant_id = derived.tenant_id and corrects.rederivation_id = derived.id
      join invoice_line line on line.tenant_id = corrects.tenant_id and line.id = corrects.invoice_line_id
      join invoice on invoice.tenant_id = line.tenant_id and invoice.id = line.invoice_id
      where derived.tenant_id = ${db.tenantId} and derived.contract_id = span.contract_id
        and derived.period_start = span.first_day and invoice.state <> 'void'
    ) as line
    left join lateral (
      select sum(part.amount) as credited, sum(part.amount) filter (where note.purpose = 'correction') as corrected
      from credit_note_line part
      join credit_note note on note.tenant_id = part.tenant_id and note.id = part.credit_note_id
      where part.tenant_id = line.tenant_id and part.invoice_line_id = line.id
    ) as taken on true
    order by span.place, line.invoice_id desc, line.position`;
  const found: BilledLine[][] = spans.map(() => []);
  for (const { place, ...line } of rows) found[Number(place) - 1].push(line);
  return found;
}

/** What an earlier derivation of a period rested on. */
export interface DerivedBefore {
  invoiceId: string;
  number: string;
  priceCase: unknown;
}

/** The invoices by id, each with the terms by which its period was derived last. */
export async function listDerivedBefore(
  db: TenantDb,
  invoiceIds: readonly string[],
): Promise<Map<string, DerivedBefore>> {
  const rows = await db.sql<DerivedBefore[]>`
    select invoice.id as "invoiceId", invoice.number, coalesce(derived.price_case, document.price_case) as "priceCase"
    from invoice join invoice_document document
      on document.tenant_id = invoice.tenant_id and document.invoice_id = invoice.id
    left join lateral (
      select price_case from rederivation
      where rederivation.tenant_id = invoice.tenant_id and rederivation.invoice_id = invoice.id
        and rederivation.period_start = invoice.period_start
      order by id desc limit 1
    ) as derived on true
    where invoice.tenant_id = ${db.tenantId} and invoice.id = any(${[...invoiceIds]}::uuid[])`;
  return new Map(rows.map((row) => [row.invoiceId, row]));
}

export interface NewRederivation {
  id: string;
  contractId: string;
  periodStart: Temporal.PlainDate;
  periodEnd: Temporal.PlainDate;
  invoiceId: string;
  invoiceRunId: string;
  factsSnapshot: string;
  factsHash: Uint8Array;
  priceCase: unknown;
  usageCount: bigint;
  vehicles: unknown;
}

export async function insertRederivations(
  db: TenantDb,
  rederivations: readonly NewRederivation[],
): Promise<void> {
  if (rederivations.length === 0) return;
  await db.sql`
    insert into rederivation (tenant_id, id, contract_id, period_start, period_end, invoice_id, invoice_run_id,
      facts_snapshot, facts_hash, price_case, usage_count, vehicles)
    select ${db.tenantId}::uuid, derived.id, derived.contract_id, derived.period_start, derived.period_end,
      derived.invoice_id, derived.invoice_run_id, derived.snapshot::pg_snapshot, decode(derived.hash, 'hex'),
      derived.price_case::jsonb, derived.usage_count, derived.vehicles::jsonb
    from unnest(
      ${rederivations.map(({ id }) => id)}::uuid[],
      ${rederivations.map(({ contractId }) => contractId)}::uuid[],
      ${rederivations.map(({ periodStart }) => periodStart.toString())}::text[]::date[],
      ${rederivations.map(({ periodEnd }) => periodEnd.toString())}::text[]::date[],
      ${rederivations.map(({ invoiceId }) => invoiceId)}::uuid[],
      ${rederivations.map(({ invoiceRunId }) => invoiceRunId)}::uuid[],
      ${rederivations.map(({ factsSnapshot }) => factsSnapshot)}::text[],
      ${rederivations.map(({ factsHash }) => factsHash.toHex())}::text[],
      ${rederivations.map(({ priceCase }) => canonicalJson(priceCase))}::text[],
      ${rederivations.map(({ usageCount }) => usageCount)}::bigint[],
      ${rederivations.map(({ vehicles }) => canonicalJson(vehicles))}::text[]
    ) as derived(id, contract_id, period_start, period_end, invoice_id, invoice_run_id, snapshot, hash, price_case,
      usage_count, vehicles)`;
}
