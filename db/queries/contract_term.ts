/** What contracts agree beside their plan. Neither a term nor its end is ever changed: a later end takes the place of an earlier one. */
import { sql } from "kysely";
import type { TenantDb } from "../tenant.ts";
import type { ContractSpan } from "./billing_facts.ts";

export type TermKind = "commitment" | "discount" | "free_units";
export type CommitmentSpan = "billing_period" | "quarter" | "half_year" | "year" | "term";

/** Amounts, percents and units are decimal texts; a kind has the values that are its own and null for others. */
export interface TermValues {
  kind: TermKind;
  name: string;
  from: Temporal.PlainDate;
  /** The first day on which it no longer counts, or null while it is open. */
  to: Temporal.PlainDate | null;
  /** References of charges, or null for all. */
  charges: string[] | null;
  minimum: string | null;
  cap: string | null;
  span: CommitmentSpan | null;
  percent: string | null;
  amount: string | null;
  units: string | null;
  /** Of an amount up to the minimum, where that is agreed. */
  taxCategory: string | null;
  taxPercent: string | null;
}

/** Whose term it is: of one contract, or of a customer and so of all its contracts. */
export interface TermHolder {
  contractId: string | null;
  customerId: string | null;
  /** Of a customer's amount; it counts for contracts in this currency. */
  currency: string | null;
}

export interface ContractTerm extends TermValues, TermHolder {
  id: string;
  /** Of the coupon that was redeemed for it. */
  coupon: string | null;
}

/** What is billed of a contract, and who holds terms that may count for it. */
export interface TermSpan extends ContractSpan {
  customerId: string;
  currency: string;
}

/** Writes terms; gives their ids in the same order. */
export async function insertTerms(
  db: TenantDb,
  terms: readonly (TermValues & Partial<TermHolder> & { couponId?: string })[],
): Promise<string[]> {
  if (terms.length === 0) return [];
  const rows = await db.query.insertInto("contract_term").values(terms.map((term) => ({
    tenant_id: db.tenantId,
    contract_id: term.contractId ?? null,
    customer_id: term.customerId ?? null,
    currency: term.currency ?? null,
    coupon_id: term.couponId ?? null,
    kind: term.kind,
    name: term.name,
    from_date: term.from,
    to_date: term.to,
    charges: term.charges,
    minimum: term.minimum,
    cap: term.cap,
    span: term.span,
    percent: term.percent,
    amount: term.amount,
    units: term.units,
    tax_category: term.taxCategory,
    tax_percent: term.taxPercent,
  }))).returning("id").execute();
  return rows.map(({ id }) => id);
}

export async function insertTermEnd(
  db: TenantDb,
  termId: string,
  endDate: Temporal.PlainDate,
): Promise<void> {
  await db.query.insertInto("contract_term_end")
    .values({ tenant_id: db.tenantId, contract_term_id: termId, end_date: endDate }).execute();
}

/** Terms in the order in which they were agreed, without those that were taken back before they counted. */
function countingTerms(db: TenantDb) {
  return db.query.selectFrom((from) =>
    from.selectFrom("contract_term as agreed")
      .leftJoinLateral(
        (lateral) =>
          lateral.selectFrom("contract_term_end as ended").select("ended.end_date")
            .whereRef("ended.tenant_id", "=", "agreed.tenant_id")
            .whereRef("ended.contract_term_id", "=", "agreed.id")
            .orderBy("ended.id", "desc").limit(1).as("last_end"),
        (join) => join.onTrue(),
      )
      .leftJoin("coupon", (join) =>
        join.onRef("coupon.tenant_id", "=", "agreed.tenant_id").onRef("coupon.id", "=", "agreed.coupon_id"))
      .select([
        "agreed.tenant_id",
        "agreed.id",
        "agreed.contract_id as contractId",
        "agreed.customer_id as customerId",
        "agreed.currency",
        "coupon.code as coupon",
        "agreed.kind",
        "agreed.name",
        "agreed.from_date as from",
        sql<Temporal.PlainDate | null>`coalesce(last_end.end_date, agreed.to_date)`.as("to"),
        "agreed.charges",
        "agreed.minimum",
        "agreed.cap",
        "agreed.span",
        "agreed.percent",
        "agreed.amount",
        "agreed.units",
        "agreed.tax_category as taxCategory",
        "agreed.tax_percent as taxPercent",
      ])
      .where("agreed.tenant_id", "=", db.tenantId)
      .as("term")
  ).where("term.tenant_id", "=", db.tenantId)
    .where(({ eb, or, ref }) => or([eb("term.to", "is", null), eb("term.to", ">", ref("term.from"))]))
    .select([
      "term.id",
      "term.contractId",
      "term.customerId",
      "term.currency",
      "term.coupon",
      "term.kind",
      "term.name",
      "term.from",
      "term.to",
      "term.charges",
      "term.minimum",
      "term.cap",
      "term.span",
      "term.percent",
      "term.amount",
      "term.units",
      "term.taxCategory",
      "term.taxPercent",
    ])
    .orderBy("term.id");
}

/** For each span the terms of its contract and of the customer that count on one of its days. */
export async function listTermFacts(db: TenantDb, spans: readonly TermSpan[]): Promise<ContractTerm[][]> {
  if (spans.length === 0) return [];
  const terms = await countingTerms(db).where(({ eb, or }) =>
    or([
      eb("term.contractId", "=", anyOf(spans.map(({ contractId }) => contractId))),
      eb("term.customerId", "=", anyOf(spans.map(({ customerId }) => customerId))),
    ])
  ).execute();
  const { compare } = Temporal.PlainDate;
  return spans.map(({ contractId, customerId, currency, start, end }) =>
    terms.filter((term) =>
      (term.contractId === contractId || term.customerId === customerId) &&
      (term.currency === null || term.currency === currency) && compare(term.from, end) < 0 &&
      (term.to === null || compare(term.to, start) > 0)
    )
  );
}

export async function listTermsOfContracts(
  db: TenantDb,
  contractIds: readonly string[],
): Promise<ContractTerm[]> {
  if (contractIds.length === 0) return [];
  return await countingTerms(db).where("term.contractId", "=", anyOf(contractIds)).execute();
}

export async function listTermsOfCustomer(db: TenantDb, customerId: string): Promise<ContractTerm[]> {
  return await countingTerms(db).where("term.customerId", "=", customerId).execute();
}

/** A term of the contract or of the customer. */
export async function findTerm(
  db: TenantDb,
  holder: { contractId: string } | { customerId: string },
  termId: string,
): Promise<ContractTerm | undefined> {
  const terms = countingTerms(db).where("term.id", "=", termId);
  return await ("contractId" in holder
    ? terms.where("term.contractId", "=", holder.contractId)
    : terms.where("term.customerId", "=", holder.customerId)).executeTakeFirst();
}

/** Locks the contracts of a customer until the transaction ends, in the order in which a bill locks them. */
export async function lockContractsOfCustomer(db: TenantDb, customerId: string): Promise<void> {
  await db.query.selectFrom("contract").select("id").where("tenant_id", "=", db.tenantId)
    .where("customer_id", "=", customerId).orderBy("id").forNoKeyUpdate().execute();
}

/** The first billed day of the latest period of a customer that is billed or drafted. */
export async function findLastBilledStart(
  db: TenantDb,
  customerId: string,
): Promise<Temporal.PlainDate | null> {
  const { last } = await db.query.selectFrom("invoice")
    .innerJoin("contract", (join) =>
      join.onRef("contract.tenant_id", "=", "invoice.tenant_id")
        .onRef("contract.id", "=", "invoice.contract_id"))
    .select(sql<Temporal.PlainDate | null>`max(greatest(period_start, start_date))`.as("last"))
    .where("invoice.tenant_id", "=", db.tenantId).where("contract.tenant_id", "=", db.tenantId)
    .where("invoice.customer_id", "=", customerId)
    .where("invoice.state", "not in", ["void", "credited"]).executeTakeFirstOrThrow();
  return last;
}

function anyOf(ids: readonly string[]) {
  return sql<string>`any(${[...new Set(ids)]}::uuid[])`;
}
