/** What the oracle derives invoices from, read by the auditor's own statements, and what was issued, to hold against it. */
import type { SystemDb } from "../system.ts";

/** The facts of a period that were fixed when it was derived, as a snapshot saw them. */
export interface AuditedFacts {
  tenantId: string;
  contractId: string;
  contractStart: Temporal.PlainDate;
  /** The first day after the contract as the snapshot saw it, or null while it was open. */
  contractEnd: Temporal.PlainDate | null;
  /** The end of the period after that of the invoice. */
  nextEnd: Temporal.PlainDate;
  currency: string;
  /** A pg_snapshot as text. */
  snapshot: string;
  usageCount: bigint;
  priceCase: {
    zone: string;
    rounding: "half_up" | "half_even";
    period: { start: string; end: string };
    vehicles: { id: string; from: string; to: string | null }[];
    charges: { id: string; on?: string }[];
    indexes?: Record<string, { from: string; value: string }[]>;
  };
  /** One after the other by day; the first has no `from`. */
  versions: AuditedVersion[];
  /** In the order in which they were agreed. */
  pauses: { kind: "pause" | "resume"; effective: string; until: string | null }[];
  vehicles: { id: string; reference: string }[];
  /** What the contract had agreed beside its plan when the document was drafted, in the order in which it was agreed. */
  terms: AuditedTerm[];
  /** Of all the versions. */
  charges: AuditedCharge[];
  /** What was known for its tax when it was drafted. */
  taxFacts: AuditedTaxFacts | null;
}

/** Dates are ISO texts, `[from, to)`. */
export interface AuditedTaxFacts {
  draftedOn: string;
  seller: {
    country: string;
    registrations: { country: string; kind: string; from: string; to: string | null }[];
  };
  buyer: {
    country: string | null;
    isBusiness: boolean;
    vatIdCountry: string | null;
    vatIdStatus: "valid" | "invalid" | "unknown";
    certificates: { country: string; reasonCode: string; from: string; to: string | null }[];
  };
  hire: { from: string; to: string | null };
  places: { from: string; country: string; region: string | null }[];
  rates: { country: string; region: string | null; from: string; percent: string }[];
}

/** An invoice as it stands. Amounts are minor units as text. */
export interface AuditedInvoice extends AuditedFacts {
  id: string;
  number: string | null;
  total: bigint;
  /** Whether it bills no period. */
  onlyCorrections: boolean;
  /** Of charges, `charge` being the id of one. */
  lines: { charge: string; vehicle: string | null; amount: string }[];
  /** Lines that correct earlier periods, by tax rate. */
  corrections: { category: string | null; percent: string | null; amount: string }[];
  /** Lines beside the charges. */
  adjustments: {
    kind: string;
    description: string;
    category: string | null;
    percent: string | null;
    amount: string;
  }[];
  taxes: { category: string; percent: string; base: string; amount: string }[];
}

/** A plan version that the contract was on from a day on, as the snapshot saw it. */
export interface AuditedVersion {
  id: string;
  from: string | null;
  plan: string;
  version: number;
  taxInclusive: boolean;
}

/** A charge as its plan version has it; versions never change. */
export interface AuditedCharge {
  id: string;
  versionId: string;
  reference: string;
  kind: "recurring" | "usage" | "one_time";
  per: "vehicle" | "contract";
  proration: "day" | "second" | "fixed30" | "none";
  timing: "arrears" | "advance";
  meter: { event: string; aggregate: string; field?: string; where?: Record<string, unknown> } | null;
  price: Record<string, unknown>;
  taxCategory: string | null;
  taxPercent: string | null;
  /** What is supplied, where rules say how it is taxed. */
  taxSupply: "vehicle_hire" | "service" | "goods" | "disbursement" | null;
}

/** A term that counts for the first billed day of the invoice. Dates and decimals as text. */
export interface AuditedTerm {
  id: string;
  /** `granted` is money of the customer's wallet that the period used; its amount is in minor units. */
  kind: "commitment" | "discount" | "free_units" | "granted";
  name: string;
  from: string;
  to: string | null;
  charges: string[] | null;
  minimum: string | null;
  cap: string | null;
  span: string | null;
  percent: string | null;
  amount: string | null;
  units: string | null;
  taxCategory: string | null;
  taxPercent: string | null;
}

export interface AuditedEvent {
  id: string;
  event: string;
  vehicleId: string | null;
  at: Temporal.Instant;
  /** Local to the zone of the invoice, by Postgres' own time zones. */
  local: Temporal.PlainDateTime;
  properties: Record<string, unknown>;
}

/** Some invoices of one tenant. */
export interface AuditedScope {
  tenantId: string;
  ids: readonly string[];
}

/** The next invoices after a place, drafts included, in an order that does not change. */
export async function listAuditedInvoices(
  db: SystemDb,
  after: { tenantId: string; id: string },
  limit: number,
  only: AuditedScope | null = null,
): Promise<AuditedInvoice[]> {
  return await db.sql<AuditedInvoice[]>`
    select i.id, i.number, i.total, i.only_corrections as "onlyCorrections", ${factColumns(db)},
      coalesce(lines.billed, '[]') as lines, coalesce(beside.billed, '[]') as adjustments,
      coalesce(earlier.billed, '[]') as corrections, coalesce(taxes.billed, '[]') as taxes
    from invoice i
    join invoice_document d on d.tenant_id = i.tenant_id and d.invoice_id = i.id
    ${factJoins(db)}
    cross join lateral (
      select jsonb_agg(jsonb_build_object('charge', l.charge_id, 'vehicle', l.vehicle_id, 'amount', l.amount::text)) as billed
      from invoice_line l left join invoice_line_correction k on k.tenant_id = l.tenant_id and k.invoice_line_id = l.id
      where l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.charge_id is not null and k.invoice_line_id is null
    ) as lines
    cross join lateral (
      select jsonb_agg(jsonb_build_object('kind', l.kind, 'description', l.description, 'category', l.tax_category,
        'percent', l.tax_percent::text, 'amount', l.amount::text)) as billed
      from invoice_line l left join invoice_line_correction k on k.tenant_id = l.tenant_id and k.invoice_line_id = l.id
      where l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.charge_id is null and k.invoice_line_id is null
    ) as beside
    cross join lateral (
      select jsonb_agg(jsonb_build_object('category', l.tax_category, 'percent', l.tax_percent::text,
        'amount', l.amount::text)) as billed
      from invoice_line l join invoice_line_correction k on k.tenant_id = l.tenant_id and k.invoice_line_id = l.id
      where l.tenant_id = i.tenant_id and l.invoice_id = i.id
    ) as earlier
    cross join lateral (
      select jsonb_agg(jsonb_build_object('category', t.category, 'percent', t.percent::text, 'base', t.base::text,
        'amount', t.amount::text)) as billed
      from invoice_tax t where t.tenant_id = i.tenant_id and t.invoice_id = i.id
    ) as taxes
    where (i.tenant_id, i.id) > (${after.tenantId}::uuid, ${after.id}::uuid)
      and (${only === null} or (i.tenant_id = ${only?.tenantId ?? null}::uuid
        and i.id = any(${only ? [...only.ids] : []}::uuid[])))
    order by i.tenant_id, i.id limit ${limit}`;
}

/** `AuditedFacts`, of `i` with its contract, period and currency and `d` with its snapshots, joined by `factJoins`. */
export function factColumns({ sql }: SystemDb) {
  return sql`
    i.tenant_id as "tenantId", i.contract_id as "contractId", i.currency, contract.start_date as "contractStart",
    -- what a later amendment replaced, or the end of today
    case when moved.position is null then contract.end_date else moved.end_date_before end as "contractEnd",
    (case contract.cadence when 'weekly' then cycle.until + 7 when 'two_weekly' then cycle.until + 14
      when 'four_weekly' then cycle.until + 28
      else (cycle.anchor + make_interval(months =>
        (12 * (extract(year from cycle.until) - extract(year from cycle.anchor))
          + extract(month from cycle.until) - extract(month from cycle.anchor))::int
        + case contract.cadence when 'monthly' then 1 when 'quarterly' then 3 when 'half_yearly' then 6 else 12 end))::date
      end) as "nextEnd",
    d.facts_snapshot::text as snapshot, d.usage_count as "usageCount", d.price_case as "priceCase", d.vehicles, d.tax_facts as "taxFacts",
    coalesce(terms.agreed, '[]') as terms, plans.versions, coalesce(pauses.agreed, '[]') as pauses,
    charges.all as charges`;
}

/** What the facts of `i` and `d` are read from. */
export function factJoins(db: SystemDb) {
  return db.sql`
    join contract on contract.tenant_id = i.tenant_id and contract.id = i.contract_id
    cross join lateral (
      select (d.price_case -> 'period' ->> 'end')::date as until, coalesce(contract.anchor_date,
        make_date(extract(year from contract.start_date)::int, 1, contract.anchor_day)) as anchor
    ) as cycle
    left join lateral (
      select a.position, a.end_date_before from contract_amendment a
      where a.tenant_id = i.tenant_id and a.contract_id = i.contract_id and a.kind in ('renewal', 'end')
        and not pg_visible_in_snapshot(a.xid, d.facts_snapshot)
      order by a.position limit 1
    ) as moved on true
    ${agreedTerms(db)}
    ${besidePlan(db)}
    cross join lateral (
      select jsonb_agg(jsonb_build_object('id', c.id, 'versionId', c.rate_plan_version_id,
        'reference', c.reference, 'kind', c.kind, 'per', c.per,
        'proration', c.proration, 'timing', c.timing, 'meter', c.meter, 'price', c.price, 'taxCategory', c.tax_category,
        'taxPercent', c.tax_percent::text, 'taxSupply', c.tax_supply) order by c.position) as all
      from charge c where c.tenant_id = i.tenant_id
        and c.rate_plan_version_id in (select (each->>'id')::uuid from jsonb_array_elements(plans.versions) each)
    ) as charges`;
}

/** What counts beside the plan on the first billed day, as the drafting saw it: of the contract, and of its customer. */
function besidePlan(db: SystemDb) {
  return db.sql`
    cross join lateral (
      select jsonb_agg(jsonb_build_object('id', t.id, 'kind', t.kind, 'name', t.name, 'from', t.from_date,
        'to', t.end_date, 'charges', t.charges, 'minimum', t.minimum::text, 'cap', t.cap::text, 'span', t.span,
        'percent', t.percent::text, 'amount', t.amount::text, 'units', t.units::text, 'taxCategory', t.tax_category,
        'taxPercent', t.tax_percent::text) order by t.id) as agreed
      from (
        select term.*, coalesce((
          select e.end_date from contract_term_end e
          where e.tenant_id = term.tenant_id and e.contract_term_id = term.id
            and pg_visible_in_snapshot(e.xid, d.terms_snapshot) order by e.id desc limit 1), term.to_date) as end_date
        from contract_term term
        where term.tenant_id = i.tenant_id
          and (term.contract_id = i.contract_id or (term.customer_id = contract.customer_id
            and coalesce(term.currency, i.currency) = i.currency))
          and pg_visible_in_snapshot(term.xid, d.terms_snapshot)
      ) as t
      where t.from_date <= greatest(i.period_start, contract.start_date)
        and (t.end_date is null or t.end_date > greatest(i.period_start, contract.start_date))
    ) as own
    cross join lateral (
      select jsonb_agg(jsonb_build_object('id', w.id, 'kind', 'granted', 'name', w.name, 'charges', null,
        'percent', null, 'amount', used.amount::text) order by w.priority, w.expires_on nulls last, w.id) as agreed
      from (
        select u.wallet_credit_id, sum(u.amount) as amount
        from invoice v join wallet_use u on u.tenant_id = v.tenant_id and u.invoice_id = v.id
        where v.tenant_id = i.tenant_id and v.contract_id = i.contract_id and v.period_start = i.period_start
          and v.id <= i.id -- ids are in the order of time: a later bill of the period is none of its facts
        group by 1
      ) as used
      join wallet_credit w on w.tenant_id = i.tenant_id and w.id = used.wallet_credit_id
    ) as granted
    cross join lateral (select coalesce(own.agreed, '[]') || coalesce(granted.agreed, '[]') as agreed) as terms`;
}

/** As the snapshot saw them: the plan versions by day, and the pauses. */
function agreedTerms(db: SystemDb) {
  return db.sql`
    cross join lateral (
      select jsonb_agg(jsonb_build_object('id', version.id, 'from', agreed.from_date, 'plan', plan.reference,
        'version', version.version, 'taxInclusive', version.tax_inclusive)
        order by agreed.from_date nulls first) as versions
      from (
        (select distinct on (a.effective_date) a.effective_date as from_date, a.to_version_id as version_id
          from contract_amendment a
          where a.tenant_id = i.tenant_id and a.contract_id = i.contract_id and a.kind = 'plan'
            and pg_visible_in_snapshot(a.xid, d.facts_snapshot)
          order by a.effective_date, a.position desc)
        union all
        select null, coalesce(
          (select a.from_version_id from contract_amendment a
            where a.tenant_id = i.tenant_id and a.contract_id = i.contract_id and a.kind = 'plan'
            order by a.effective_date, a.position limit 1), contract.rate_plan_version_id)
      ) as agreed
      join rate_plan_version version on version.tenant_id = i.tenant_id and version.id = agreed.version_id
      join rate_plan plan on plan.tenant_id = i.tenant_id and plan.id = version.rate_plan_id
    ) as plans
    cross join lateral (
      select jsonb_agg(jsonb_build_object('kind', a.kind, 'effective', a.effective_date, 'until', a.until_date)
        order by a.position) as agreed
      from contract_amendment a
      where a.tenant_id = i.tenant_id and a.contract_id = i.contract_id and a.kind in ('pause', 'resume')
        and pg_visible_in_snapshot(a.xid, d.facts_snapshot)
    ) as pauses`;
}

/**
 * The usage of an invoice in those of its days on which the contract ran, by time and id, as the snapshot saw it; with
 * `looksBack` also all of the time before the period, where some meters start from.
 */
export async function listAuditedEvents(
  db: SystemDb,
  invoice: AuditedFacts,
  looksBack: boolean,
): Promise<AuditedEvent[]> {
  const { contractStart, contractEnd, charges } = invoice;
  const { zone, period: { start, end } } = invoice.priceCase;
  const first = contractStart.toString() > start ? contractStart.toString() : start;
  const last = contractEnd !== null && contractEnd.toString() < end ? contractEnd.toString() : end;
  const vehicleIds = invoice.vehicles.map(({ id }) => id);
  const events = charges.flatMap(({ meter }) => meter ? [meter.event] : []);
  // An odometer runs on over the events that say that it was set to another value.
  if (charges.some(({ meter }) => meter?.aggregate === "last_minus_first")) events.push("odometer_reset");
  return await db.sql<AuditedEvent[]>`
    select source || '/' || event_id as id, event, vehicle_id as "vehicleId", at, properties,
      at at time zone ${zone}::text as local
    from usage_event
    where tenant_id = ${invoice.tenantId}
      and (contract_id = ${invoice.contractId}
        or (contract_id is null and vehicle_id = any(${vehicleIds}::uuid[])))
      and at >= case when ${looksBack} then '-infinity' else ${first}::text::timestamp at time zone ${zone}::text end
      and (at < ${start}::text::timestamp at time zone ${zone}::text
        or at >= ${first}::text::timestamp at time zone ${zone}::text)
      and at < ${last}::text::timestamp at time zone ${zone}::text
      and event = any(${events}::text[])
      and pg_visible_in_snapshot(xid, ${invoice.snapshot}::text::pg_snapshot)
      and (tenant_id, source, event_id) not in (select c.tenant_id, c.source, c.event_id from usage_correction c
        where c.tenant_id = ${invoice.tenantId}
          and pg_visible_in_snapshot(c.xid, ${invoice.snapshot}::text::pg_snapshot))
    order by at, source, event_id`;
}
