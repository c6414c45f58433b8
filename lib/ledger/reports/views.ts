/** The reports that accountants ask for: the chart of accounts, an account with its entries, and the ageing of what is owed. */
import {
  type AccountEntry,
  type Book,
  findChartAccount,
  findOpeningBalance,
  isEntryPlace,
  listAccountEntries,
  listBooks,
  listChart as listAccounts,
} from "../../../db/queries/ledger_account.ts";
import type { NewLedgerAccount } from "../../../db/queries/ledger.ts";
import {
  type AgeingAmounts,
  type AgeingRow,
  listAgeing,
  sumAgeing,
} from "../../../db/queries/receivables_ageing.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import { type Cursor, type CursorPage, cutPage } from "../../core/cursor_page.ts";
import { milepostError, refuseField } from "../../core/errors.ts";
import { type BillingEntity, listBillingEntities } from "../../tenants/views.ts";
import { accounts } from "../posting_rules.ts";

export type { AccountEntry, AgeingAmounts, AgeingRow, Book };
export { isEntryPlace };

/** The accounts of all entities, each code once. */
export async function listChart(db: TenantDb): Promise<NewLedgerAccount[]> {
  return await listAccounts(db);
}

/** What a report can be asked for. */
export interface BookChoice {
  entities: BillingEntity[];
  /** With postings; the entities' own currencies are there in any case. */
  books: Book[];
}

/** The entities with the currencies in which they keep books, their own first. */
export async function listBookChoice(db: TenantDb): Promise<BookChoice> {
  const [entities, posted] = await Promise.all([listBillingEntities(db), listBooks(db)]);
  const books = entities.flatMap(({ id, currency }) => [
    { entityId: id, currency },
    ...posted.filter((book) => book.entityId === id && book.currency !== currency),
  ]);
  return { entities, books };
}

/**
 * The book that was asked for: of the first entity if none is named, in its own currency unless there are postings in the one
 * named. Nothing if there is no entity yet.
 */
export function chooseBook(
  { entities, books }: BookChoice,
  asked: { entity?: string | null; currency?: string | null },
): { entity: BillingEntity; currency: string } | undefined {
  const entity = entities.find(({ id }) => id === asked.entity) ?? entities.at(0);
  if (!entity) return undefined;
  const isKept = books.some((book) => book.entityId === entity.id && book.currency === asked.currency);
  return { entity, currency: isKept ? asked.currency! : entity.currency };
}

/** Rows on one page of a report. */
export const rowsPerPage = 50;

/** An account over some days; minor units, debits positive. */
export interface AccountReport {
  account: NewLedgerAccount;
  opening: bigint;
  closing: bigint;
  page: CursorPage<AccountEntry & { balance: bigint }>;
}

/**
 * The entries of an account from one day to another, both included, each with the balance after it. Throws `NotFound` and
 * `InvalidInput` (`to`) if the days are in the wrong order.
 */
export async function accountReport(
  db: TenantDb,
  book: Book,
  code: string,
  days: { from: Temporal.PlainDate; to: Temporal.PlainDate },
  cursor: Cursor | undefined,
  size = rowsPerPage,
): Promise<AccountReport> {
  const account = /^\d{4,8}$/.test(code) ? await findChartAccount(db, code) : undefined;
  if (!account) throw milepostError("NotFound", { message: "There is no account with this code." });
  if (Temporal.PlainDate.compare(days.to, days.from) < 0) {
    refuseField("to", days.to.toString(), "The last day is not before the first.", days.from.toString());
  }
  const [opening, closing, read] = await Promise.all([
    findOpeningBalance(db, book, code, days.from),
    findOpeningBalance(db, book, code, days.to.add({ days: 1 })),
    listAccountEntries(db, book, code, days, { ...cursor, limit: size + 1 }),
  ]);
  const rows = read.map((entry) => ({ ...entry, balance: opening + entry.change }));
  return { account, opening, closing, page: cutPage(rows, size, cursor, ({ place }) => place) };
}

/** The next entries of an account for a file. */
export async function listEntriesAfter(
  db: TenantDb,
  book: Book,
  code: string,
  days: { from: Temporal.PlainDate; to: Temporal.PlainDate },
  last: AccountEntry | undefined,
): Promise<AccountEntry[]> {
  return await listAccountEntries(db, book, code, days, { after: last?.place, limit: rowsPerFile });
}

/** Rows of a file that are read at a time. */
const rowsPerFile = 1_000;

export interface AgeingReport {
  page: CursorPage<AgeingRow>;
  sums: AgeingAmounts;
  /** Whether open invoices less credit are what the receivable account says. */
  agrees: boolean;
}

/** What customers owed at the end of a day, by how long it was due. */
export async function ageingReport(
  db: TenantDb,
  book: Book,
  day: Temporal.PlainDate,
  cursor?: Cursor,
): Promise<AgeingReport> {
  const code = accounts.receivable.code;
  const [rows, sums] = await Promise.all([
    listAgeing(db, book, code, day, { ...cursor, limit: rowsPerPage + 1 }),
    sumAgeing(db, book, code, day),
  ]);
  return {
    page: cutPage(rows, rowsPerPage, cursor, ({ customerId }) => customerId),
    sums,
    agrees: sums.total === sums.ledger,
  };
}

/** The next customers of the ageing for a file. */
export async function listAgeingAfter(
  db: TenantDb,
  book: Book,
  day: Temporal.PlainDate,
  last: AgeingRow | undefined,
): Promise<AgeingRow[]> {
  return await listAgeing(db, book, accounts.receivable.code, day, {
    after: last?.customerId,
    limit: rowsPerFile,
  });
}
