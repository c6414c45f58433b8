/** What the ledger says: the trial balance, what customers owe, and how it came to that. */
import {
  type CustomerBalanceRow,
  listCustomerBalances as listBalances,
  listTrialBalance,
  type TrialBalanceRow,
} from "../../db/queries/ledger.ts";
import {
  listOpeningBalances,
  listStatementEntities,
  listStatementEntries,
  type StatementEntity,
  type StatementEntry,
} from "../../db/queries/ledger_statement.ts";
import { listStatementTaxNumbers } from "../../db/queries/tax_registration.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { refuseField } from "../core/errors.ts";
import type { TaxNumber } from "../core/tax_number.ts";
import { accounts } from "./posting_rules.ts";

export interface TrialBalance {
  rows: TrialBalanceRow[];
  /** Per currency; debits and credits are equal in a ledger that balances. */
  sums: { currency: string; debits: bigint; credits: bigint }[];
  balanced: boolean;
}

/** Debits and credits of every account up to and with a date; of one entity if named. */
export async function trialBalance(
  db: TenantDb,
  until: Temporal.PlainDate,
  entityId?: string,
): Promise<TrialBalance> {
  const rows = await listTrialBalance(db, until, entityId);
  const byCurrency = new Map<string, { debits: bigint; credits: bigint }>();
  for (const { currency, debits, credits } of rows) {
    const sum = byCurrency.get(currency) ?? { debits: 0n, credits: 0n };
    byCurrency.set(currency, { debits: sum.debits + debits, credits: sum.credits + credits });
  }
  const sums = [...byCurrency].map(([currency, sum]) => ({ currency, ...sum }));
  return { rows, sums, balanced: sums.every(({ debits, credits }) => debits === credits) };
}

/** What customers owe, per currency in minor units; of one customer if named. */
export async function customerBalances(db: TenantDb, customerId?: string): Promise<CustomerBalanceRow[]> {
  return await listBalances(db, accounts.receivable.code, customerId);
}

/** More entries than this are no statement that anyone reads. */
export const statementEntriesMost = 500;

/** One entity's account with a customer in one currency, over some days; minor units. */
export interface StatementAccount {
  /** With the tax numbers that it prints for this customer on the last day. */
  entity: StatementEntity & { taxNumbers: TaxNumber[] };
  currency: string;
  opening: bigint;
  /** Each entry with the balance after it. */
  entries: (StatementEntry & { balance: bigint })[];
  closing: bigint;
}

/**
 * What a customer was billed and paid on the days from one to another, both included, with the balance before and after;
 * accounts on which nothing was and is owed are left out. Throws `InvalidInput` for days in the wrong order, or too many entries.
 */
export async function customerStatement(
  db: TenantDb,
  customerId: string,
  days: { from: Temporal.PlainDate; to: Temporal.PlainDate },
): Promise<StatementAccount[]> {
  if (Temporal.PlainDate.compare(days.from, days.to) > 0) {
    refuseField(
      "to",
      days.to.toString(),
      "The last day is before the first. Use a later one.",
      `${days.from}`,
    );
  }
  const { code } = accounts.receivable;
  const [openings, entries] = await Promise.all([
    listOpeningBalances(db, code, customerId, days.from),
    listStatementEntries(db, code, customerId, days, statementEntriesMost + 1),
  ]);
  if (entries.length > statementEntriesMost) {
    const rule = `These days hold more than ${statementEntriesMost} entries. Choose fewer days.`;
    refuseField("from", days.from.toString(), rule);
  }
  const found = new Map<string, Omit<StatementAccount, "entity"> & { entityId: string }>();
  const accountOf = ({ entityId, currency }: { entityId: string; currency: string }, opening = 0n) => {
    const key = `${entityId} ${currency}`;
    const account = found.get(key) ?? { entityId, currency, opening, entries: [], closing: opening };
    found.set(key, account);
    return account;
  };
  for (const opening of openings) accountOf(opening, opening.amount);
  for (const entry of entries) {
    const account = accountOf(entry);
    account.closing += entry.amount;
    account.entries.push({ ...entry, balance: account.closing });
  }
  const shown = [...found.values()].filter(({ opening, entries }) => opening !== 0n || entries.length > 0)
    .sort((a, b) => a.currency < b.currency ? -1 : 1);
  const entityIds = [...new Set(shown.map(({ entityId }) => entityId))];
  const [entities, numbers] = await Promise.all([
    listStatementEntities(db, entityIds),
    listStatementTaxNumbers(db, entityIds, customerId, days.to),
  ]);
  return entities.flatMap((entity) => {
    const taxNumbers = numbers.filter(({ billingEntityId }) => billingEntityId === entity.id);
    return shown.filter(({ entityId }) => entityId === entity.id).map(({ entityId: _, ...account }) => ({
      entity: { ...entity, taxNumbers },
      ...account,
    }));
  });
}
