/** Billed periods that were derived again: what is billed for them so far, and the record of each derivation. */
import { canonicalJson } from "../../lib/core/json.ts";
import type { TaxFacts } from "../../lib/core/tax_facts.ts";
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

/**
 * For each span what is billed for just that period, the latest invoice first, drafts included. In small questions that start
 * from ids: as one, it would be planned by what is known of a business before its last import.
 */
export async function listBilledLines(db: TenantDb, spans: readonly ContractSpan[]): Promise<BilledLine[][]> {
  const placeOf = new Map(spans.map(({ contractId, start }, place) => [`${contractId} ${start}`, place]));
  const contractIds = [...new Set(spans.map(({ contractId }) => contractId))];
  const [invoices, corrections] = await Promise.all([
    db.sql<{ id: string; contractId: string; start: Temporal.PlainDate }[]>`
      select id, contract_id as "contractId", period_start as start from invoice
      where tenant_id = ${db.tenantId} and contract_id = any(${contractIds}::uuid[])
        and not only_corrections and state <> 'void'`,
    db.sql<{ id: string; contractId: string; start: Temporal.PlainDate }[]>`
      select id, contract_id as "contractId", period_start as start from rederivation
      where tenant_id = ${db.tenantId} and contract_id = any(${contractIds}::uuid[])`,
  ]);
  const placesOf = (rows: typeof invoices) =>
    new Map(rows.flatMap(({ id, contractId, start }) => {
      const place = placeOf.get(`${contractId} ${start}`);
      return place === undefined ? [] : [[id, place]];
    }));
  const [ofInvoices, ofDerivations] = [placesOf(invoices), placesOf(corrections)];
  const corrected = await listCorrectionLines(db, [...ofDerivations.keys()]);
  const own = await listLines(db, "invoice_id", [...ofInvoices.keys()]);
  const later = await listLines(db, "id", corrected.map(({ lineId }) => lineId));
  const derivationOf = new Map(corrected.map(({ lineId, rederivationId }) => [lineId, rederivationId]));
  const lines = [
    ...own.filter(({ isCorrection }) => !isCorrection).map((line) => ({
      line,
      place: ofInvoices.get(line.invoiceId)!,
    })),
    ...later.map((line) => ({ line, place: ofDerivations.get(derivationOf.get(line.id)!)! })),
  ];
  const taken = await listTaken(db, lines.map(({ line }) => line.id));
  const found: BilledLine[][] = spans.map(() => []);
  for (const { line: { isCorrection: _, ...line }, place } of lines) {
    found[place].push({ ...line, ...taken.get(line.id) ?? { credited: 0n, corrected: 0n } });
  }
  return found.map((some) => some.sort(latestFirst));
}

function latestFirst(left: BilledLine, right: BilledLine): number {
  if (left.invoiceId === right.invoiceId) return left.position - right.position;
  return left.invoiceId > right.invoiceId ? -1 : 1; // ids are in the order of creation
}

/** The lines that correct by these derivations. */
async function listCorrectionLines(
  db: TenantDb,
  rederivationIds: readonly string[],
): Promise<{ lineId: string; rederivationId: string }[]> {
  return await db.sql<{ lineId: string; rederivationId: string }[]>`
    select invoice_line_id as "lineId", rederivation_id as "rederivationId" from invoice_line_correction
    where tenant_id = ${db.tenantId} and rederivation_id = any(${[...rederivationIds]}::uuid[])`;
}

type UncreditedLine = Omit<BilledLine, "credited" | "corrected"> & { isCorrection: boolean };

/** Lines by their ids or by those of their invoices, void ones left out. */
async function listLines(
  db: TenantDb,
  by: "id" | "invoice_id",
  ids: readonly string[],
): Promise<UncreditedLine[]> {
  if (ids.length === 0) return [];
  return await db.sql<UncreditedLine[]>`
    select line.id, line.invoice_id as "invoiceId", line.position, line.kind, line.charge_id as "chargeId",
      line.vehicle_id as "vehicleId", line.description, line.quantity, line.amount,
      line.tax_category as "taxCategory", line.tax_percent as "taxPercent",
      exists (select from invoice_line_correction corrects
        where corrects.tenant_id = line.tenant_id and corrects.invoice_line_id = line.id) as "isCorrection"
    from invoice_line line join invoice on invoice.tenant_id = line.tenant_id and invoice.id = line.invoice_id
    where line.tenant_id = ${db.tenantId} and invoice.state <> 'void'
      and line.${db.sql(by)} = any(${[...ids]}::uuid[])`;
}

/** What credit notes took of lines, by their ids; none for those of which nothing was taken. */
async function listTaken(
  db: TenantDb,
  lineIds: readonly string[],
): Promise<Map<string, { credited: bigint; corrected: bigint }>> {
  const rows = await db.sql<{ id: string; credited: bigint; corrected: bigint }[]>`
    select part.invoice_line_id as id, sum(part.amount)::bigint as credited,
      coalesce(sum(part.amount) filter (where note.purpose = 'correction'), 0)::bigint as corrected
    from credit_note_line part
    join credit_note note on note.tenant_id = part.tenant_id and note.id = part.credit_note_id
    where part.tenant_id = ${db.tenantId} and part.invoice_line_id = any(${[...lineIds]}::uuid[])
    group by part.invoice_line_id`;
  return new Map(rows.map(({ id, ...taken }) => [id, taken]));
}

/** What an earlier derivation of a period rested on. */
export interface DerivedBefore {
  invoiceId: string;
  number: string;
  priceCase: unknown;
  /** What the tax rules decided by when it was billed; null where they did not. */
  taxFacts: TaxFacts | null;
}

/** The invoices by id, each with the terms by which its period was derived last. */
export async function listDerivedBefore(
  db: TenantDb,
  invoiceIds: readonly string[],
): Promise<Map<string, DerivedBefore>> {
  const rows = await db.sql<DerivedBefore[]>`
    select invoice.id as "invoiceId", invoice.number, coalesce(derived.price_case, document.price_case) as "priceCase",
      coalesce(document.tax_facts, derived.tax_facts) as "taxFacts"
    from invoice join invoice_document document
      on document.tenant_id = invoice.tenant_id and document.invoice_id = invoice.id
    left join lateral (
      select price_case, tax_facts from rederivation
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
  taxFacts: TaxFacts | null;
}

export async function insertRederivations(
  db: TenantDb,
  rederivations: readonly NewRederivation[],
): Promise<void> {
  if (rederivations.length === 0) return;
  await db.sql`
    insert into rederivation (tenant_id, id, contract_id, period_start, period_end, invoice_id, invoice_run_id,
      facts_snapshot, facts_hash, price_case, usage_count, vehicles, tax_facts)
    select ${db.tenantId}::uuid, derived.id, derived.contract_id, derived.period_start, derived.period_end,
      derived.invoice_id, derived.invoice_run_id, derived.snapshot::pg_snapshot, decode(derived.hash, 'hex'),
      derived.price_case::jsonb, derived.usage_count, derived.vehicles::jsonb,
      derived.tax_facts::jsonb
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
      ${rederivations.map(({ vehicles }) => canonicalJson(vehicles))}::text[],
      ${rederivations.map(({ taxFacts }) => taxFacts ? canonicalJson(taxFacts) : null)}::text[]
    ) as derived(id, contract_id, period_start, period_end, invoice_id, invoice_run_id, snapshot, hash, price_case,
      usage_count, vehicles, tax_facts)`;
}
