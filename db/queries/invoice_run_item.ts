/** What a run bills, one row for each period of a contract: its preview, and how far its issue is. */
import type { InvoiceRunException, InvoiceRunItemState } from "../schema.ts";
import type { TenantDb } from "../tenant.ts";

export interface NewInvoiceRunItem {
  position: number;
  contractId: string;
  periodStart: Temporal.PlainDate;
  periodEnd: Temporal.PlainDate;
  /** Whether it bills no period, but only corrects earlier ones up to that one. */
  onlyCorrections: boolean;
}

export async function insertInvoiceRunItems(
  db: TenantDb,
  runId: string,
  items: readonly NewInvoiceRunItem[],
): Promise<void> {
  await db.sql`
    insert into invoice_run_item (tenant_id, invoice_run_id, position, contract_id, period_start, period_end,
      only_corrections)
    select ${db.tenantId}::uuid, ${runId}::uuid, item.* from unnest(
      ${items.map(({ position }) => position)}::int[],
      ${items.map(({ contractId }) => contractId)}::uuid[],
      ${items.map(({ periodStart }) => periodStart.toString())}::text[]::date[],
      ${items.map(({ periodEnd }) => periodEnd.toString())}::text[]::date[],
      ${items.map(({ onlyCorrections }) => onlyCorrections)}::boolean[]) as item`;
}

/** The places `[from, to)` of a run, those in one state. */
export interface ItemRange {
  from: number;
  to: number;
  state: InvoiceRunItemState;
}

export interface InvoiceRunItem extends NewInvoiceRunItem {
  state: InvoiceRunItemState;
  factsHash: Uint8Array | null;
  total: bigint | null;
  creditTotal: bigint;
  invoiceId: string | null;
}

/** The items of a range in their order, locked until the transaction ends. */
export async function lockInvoiceRunItems(
  db: TenantDb,
  runId: string,
  { from, to, state }: ItemRange,
  limit = to - from,
): Promise<InvoiceRunItem[]> {
  return await db.query.selectFrom("invoice_run_item").select([
    "position",
    "contract_id as contractId",
    "period_start as periodStart",
    "period_end as periodEnd",
    "state",
    "facts_hash as factsHash",
    "total",
    "invoice_id as invoiceId",
    "only_corrections as onlyCorrections",
    "credit_total as creditTotal",
  ]).where("tenant_id", "=", db.tenantId).where("invoice_run_id", "=", runId)
    .where("position", ">=", from).where("position", "<", to).where("state", "=", state)
    .orderBy("position").limit(limit).forUpdate().execute();
}

/** What a preview found for an item; minor units. */
export interface ItemPreview {
  position: number;
  state: "previewed" | "left_out";
  exception: InvoiceRunException | null;
  message: string;
  factsHash: Uint8Array | null;
  currency: string;
  subtotal: bigint;
  taxTotal: bigint;
  total: bigint;
  lineCount: number;
  lastTotal: bigint | null;
  /** Of the credit notes that are issued with it. */
  creditTotal: bigint;
}

export async function setItemPreviews(
  db: TenantDb,
  runId: string,
  previews: readonly ItemPreview[],
): Promise<void> {
  if (previews.length === 0) return;
  const hex = (bytes: Uint8Array | null) => bytes && bytes.toHex();
  await db.sql`
    update invoice_run_item item set state = found.state, exception = found.exception, message = found.message,
      facts_hash = decode(found.facts_hash, 'hex'), currency = found.currency, subtotal = found.subtotal,
      tax_total = found.tax_total, total = found.total, line_count = found.line_count,
      last_total = found.last_total, credit_total = found.credit_total
    from unnest(
      ${previews.map(({ position }) => position)}::int[],
      ${previews.map(({ state }) => state)}::text[],
      ${previews.map(({ exception }) => exception)}::text[],
      ${previews.map(({ message }) => message)}::text[],
      ${previews.map(({ factsHash }) => hex(factsHash))}::text[],
      ${previews.map(({ currency }) => currency)}::text[],
      ${previews.map(({ subtotal }) => subtotal)}::bigint[],
      ${previews.map(({ taxTotal }) => taxTotal)}::bigint[],
      ${previews.map(({ total }) => total)}::bigint[],
      ${previews.map(({ lineCount }) => lineCount)}::int[],
      ${previews.map(({ lastTotal }) => lastTotal)}::bigint[],
      ${previews.map(({ creditTotal }) => creditTotal)}::bigint[]
    ) as found(position, state, exception, message, facts_hash, currency, subtotal, tax_total, total, line_count,
      last_total, credit_total)
    where item.tenant_id = ${db.tenantId} and item.invoice_run_id = ${runId} and item.position = found.position`;
}

/** What became of an item while its run is issued. */
export type ItemOutcome =
  & { position: number }
  & ({ state: "drafted"; invoiceId: string | null } | { state: "parked"; message: string });

export async function setItemOutcomes(
  db: TenantDb,
  runId: string,
  outcomes: readonly ItemOutcome[],
): Promise<void> {
  if (outcomes.length === 0) return;
  await db.sql`
    update invoice_run_item item set state = found.state, invoice_id = found.invoice_id,
      exception = case when found.state = 'parked' then 'parked' else item.exception end,
      message = case when found.state = 'parked' then found.message else item.message end
    from unnest(
      ${outcomes.map(({ position }) => position)}::int[],
      ${outcomes.map(({ state }) => state)}::text[],
      ${outcomes.map((outcome) => outcome.state === "drafted" ? outcome.invoiceId : null)}::uuid[],
      ${outcomes.map((outcome) => outcome.state === "parked" ? outcome.message : "")}::text[]
    ) as found(position, state, invoice_id, message)
    where item.tenant_id = ${db.tenantId} and item.invoice_run_id = ${runId} and item.position = found.position`;
}

/** Marks items as issued, by their places. */
export async function setItemsIssued(
  db: TenantDb,
  runId: string,
  positions: readonly number[],
): Promise<void> {
  await db.sql`
    update invoice_run_item set state = 'issued'
    where tenant_id = ${db.tenantId} and invoice_run_id = ${runId} and position = any(${[
    ...positions,
  ]}::int[])`;
}

/** How many items are in each state, and what they come to; minor units. */
export interface ItemCount {
  state: InvoiceRunItemState;
  count: number;
  exceptions: number;
  subtotal: bigint;
  taxTotal: bigint;
  total: bigint;
  lastTotal: bigint;
  withLast: number;
  /** Of the credit notes. */
  creditTotal: bigint;
  /** Items that only take back what was too much, and so come to no invoice. */
  creditOnly: number;
}

export async function countInvoiceRunItems(db: TenantDb, runId: string): Promise<ItemCount[]> {
  return await db.sql<ItemCount[]>`
    select state, count(*)::int as count, count(exception)::int as exceptions,
      coalesce(sum(subtotal), 0)::bigint as subtotal, coalesce(sum(tax_total), 0)::bigint as "taxTotal",
      coalesce(sum(total), 0)::bigint as total, coalesce(sum(last_total), 0)::bigint as "lastTotal",
      count(last_total)::int as "withLast", sum(credit_total)::bigint as "creditTotal",
      count(*) filter (where credit_total > 0 and line_count = 0)::int as "creditOnly"
    from invoice_run_item where tenant_id = ${db.tenantId} and invoice_run_id = ${runId}
    group by state order by state`;
}

/** What an approval lets out: the invoices of the run and, at their size, its credit notes; minor units. */
export async function sumPreviewedItems(db: TenantDb, runId: string): Promise<bigint> {
  const [{ total }] = await db.sql<{ total: bigint }[]>`
    select coalesce(sum(total + credit_total), 0)::bigint as total from invoice_run_item
    where tenant_id = ${db.tenantId} and invoice_run_id = ${runId} and state = 'previewed'`;
  return total;
}

/** Whether some item of the run is in a state. */
export async function hasItemIn(db: TenantDb, runId: string, state: InvoiceRunItemState): Promise<boolean> {
  const found = await db.query.selectFrom("invoice_run_item").select("position")
    .where("tenant_id", "=", db.tenantId).where("invoice_run_id", "=", runId).where("state", "=", state)
    .limit(1).executeTakeFirst();
  return found !== undefined;
}

/** SHA-256 over what every item came to, in the order of the items: equal previews have equal hashes. */
export async function hashInvoiceRunItems(db: TenantDb, runId: string): Promise<Uint8Array> {
  const [{ hash }] = await db.sql<{ hash: Uint8Array }[]>`
    select sha256(convert_to(coalesce(string_agg(concat_ws('|', position, contract_id, period_start, period_end, state,
      encode(facts_hash, 'hex'), currency, subtotal, tax_total, total, line_count, credit_total), e'\n' order by position), ''),
      'UTF8')) as hash
    from invoice_run_item where tenant_id = ${db.tenantId} and invoice_run_id = ${runId}`;
  return hash;
}

/** An item with the names of what it bills. */
export interface ListedItem {
  position: number;
  contractId: string;
  contract: string;
  customer: string;
  periodStart: Temporal.PlainDate;
  periodEnd: Temporal.PlainDate;
  state: InvoiceRunItemState;
  exception: InvoiceRunException | null;
  message: string;
  currency: string | null;
  total: bigint | null;
  lastTotal: bigint | null;
  creditTotal: bigint;
  invoiceId: string | null;
  number: string | null;
}

/** Items in the order of the run, after a place; only those with an exception, or only those without. */
export async function listInvoiceRunItems(
  db: TenantDb,
  runId: string,
  limit: number,
  { exceptions, after = -1 }: { exceptions: boolean; after?: number },
): Promise<ListedItem[]> {
  return await db.query.selectFrom("invoice_run_item as item")
    .innerJoin(
      "contract",
      (join) =>
        join.onRef("contract.tenant_id", "=", "item.tenant_id").onRef("contract.id", "=", "item.contract_id"),
    )
    .innerJoin(
      "customer",
      (join) =>
        join.onRef("customer.tenant_id", "=", "contract.tenant_id")
          .onRef("customer.id", "=", "contract.customer_id"),
    )
    .leftJoin(
      "invoice",
      (join) =>
        join.onRef("invoice.tenant_id", "=", "item.tenant_id").onRef("invoice.id", "=", "item.invoice_id"),
    )
    .select([
      "item.position",
      "item.contract_id as contractId",
      "contract.reference as contract",
      "customer.name as customer",
      "item.period_start as periodStart",
      "item.period_end as periodEnd",
      "item.state",
      "item.exception",
      "item.message",
      "item.currency",
      "item.total",
      "item.last_total as lastTotal",
      "item.credit_total as creditTotal",
      "item.invoice_id as invoiceId",
      "invoice.number",
    ])
    .where("item.tenant_id", "=", db.tenantId).where("item.invoice_run_id", "=", runId)
    .where("item.exception", exceptions ? "is not" : "is", null)
    .where("item.position", ">", after)
    .orderBy("item.position").limit(limit).execute();
}

/** What the last issued invoice of each contract before a day came to. */
export async function listLastTotals(
  db: TenantDb,
  contractIds: readonly string[],
  before: Temporal.PlainDate,
): Promise<Map<string, bigint>> {
  const rows = await db.sql<{ contractId: string; total: bigint }[]>`
    select distinct on (contract_id) contract_id as "contractId", total from invoice
    where tenant_id = ${db.tenantId} and contract_id = any(${[...contractIds]}::uuid[])
      and number is not null and state not in ('void', 'credited') and not only_corrections
      and period_end <= ${before}
    order by contract_id, period_end desc`;
  return new Map(rows.map(({ contractId, total }) => [contractId, total]));
}

/** What a run is about to number of an item: its draft, unless it only takes back what earlier ones billed too much. */
export interface RunDraft {
  position: number;
  /** Whether credit notes go with it. */
  hasCredit: boolean;
  invoice: RunInvoiceDraft | null;
}

export interface RunInvoiceDraft {
  id: string;
  customerId: string;
  currency: string;
  total: bigint;
  taxTotal: bigint;
  entity: { id: string; zone: string; numberPrefix: string };
  paymentTermsDays: number;
}

/** The first drafted items of a run in their order, with their invoices locked. */
export async function lockRunDrafts(db: TenantDb, runId: string, limit: number): Promise<RunDraft[]> {
  const items = await db.sql<{ position: number; invoiceId: string | null; hasCredit: boolean }[]>`
    select position, invoice_id as "invoiceId", credit_total > 0 as "hasCredit" from invoice_run_item
    where tenant_id = ${db.tenantId} and invoice_run_id = ${runId} and state = 'drafted'
    order by position limit ${limit} for no key update`;
  const ids = items.flatMap(({ invoiceId }) => invoiceId ?? []);
  const invoices = await db.sql<RunInvoiceDraft[]>`
    select invoice.id, invoice.customer_id as "customerId", invoice.currency,
      invoice.total, document.tax_total as "taxTotal", document.seller as entity,
      (document.terms ->> 'paymentTermsDays')::int as "paymentTermsDays"
    from invoice join invoice_document document
      on document.tenant_id = invoice.tenant_id and document.invoice_id = invoice.id
    where invoice.tenant_id = ${db.tenantId} and invoice.id = any(${ids}::uuid[])
    order by invoice.id for no key update of invoice`;
  const byId = new Map(invoices.map((invoice) => [invoice.id, invoice]));
  return items.map(({ position, invoiceId, hasCredit }) => {
    return { position, hasCredit, invoice: invoiceId === null ? null : byId.get(invoiceId)! };
  });
}

/** The ids of the invoices of a run. */
export async function listRunInvoiceIds(db: TenantDb, runId: string): Promise<string[]> {
  const rows = await db.query.selectFrom("invoice_run_item").select("invoice_id")
    .where("tenant_id", "=", db.tenantId).where("invoice_run_id", "=", runId)
    .where("invoice_id", "is not", null).orderBy("position").execute();
  return rows.map(({ invoice_id }) => invoice_id!);
}
