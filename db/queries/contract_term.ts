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

export interface ContractTerm extends TermValues {
  id: string;
  contractId: string;
}

/** Writes terms; gives their ids in the same order. */
export async function insertTerms(
  db: TenantDb,
  terms: readonly (TermValues & { contractId: string })[],
): Promise<string[]> {
  if (terms.length === 0) return [];
  const rows = await db.query.insertInto("contract_term").values(terms.map((term) => ({
    tenant_id: db.tenantId,
    contract_id: term.contractId,
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
      .select([
        "agreed.tenant_id",
        "agreed.id",
        "agreed.contract_id as contractId",
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

/** For each span the terms of its contract that count on one of its days. */
export async function listTermFacts(
  db: TenantDb,
  spans: readonly ContractSpan[],
): Promise<ContractTerm[][]> {
  const terms = await listTermsOfContracts(db, spans.map(({ contractId }) => contractId));
  const { compare } = Temporal.PlainDate;
  return spans.map(({ contractId, start, end }) =>
    terms.filter((term) =>
      term.contractId === contractId && compare(term.from, end) < 0 &&
      (term.to === null || compare(term.to, start) > 0)
    )
  );
}

export async function listTermsOfContracts(
  db: TenantDb,
  contractIds: readonly string[],
): Promise<ContractTerm[]> {
  if (contractIds.length === 0) return [];
  return await countingTerms(db)
    .where("term.contractId", "=", sql<string>`any(${[...new Set(contractIds)]}::uuid[])`).execute();
}

export async function findTerm(
  db: TenantDb,
  contractId: string,
  termId: string,
): Promise<ContractTerm | undefined> {
  return await countingTerms(db).where("term.contractId", "=", contractId).where("term.id", "=", termId)
    .executeTakeFirst();
}
