/** What stands in the way of closing a month, as one table of questions; each gives sentences with what they are about. */
import {
  listUnfinishedRuns,
  listUnissued,
  listUnpostedExpiries,
} from "../../../db/queries/accounting_period.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import { ageingReport, listBookChoice } from "../reports/views.ts";
import { trialBalance } from "../views.ts";
import { monthText } from "./month.ts";
import { nameMonth } from "./steps.ts";

export interface Blocker {
  kind: keyof typeof questions;
  sentence: string;
  /** The id, month or day of what it is about. */
  about: string;
}

/** A month of an entity's books, as the questions see it. */
export interface AskedPeriod {
  entityId: string;
  month: Temporal.PlainDate;
  /** The month whose turn it is. */
  next: Temporal.PlainDate;
  /** In the entity's zone. */
  today: Temporal.PlainDate;
}

type Found = { sentence: string; about: string }[];

/** More of one kind help nobody. */
const shownMost = 20;

const questions = {
  earlier_month: ({ month, next }) =>
    Temporal.PlainDate.compare(next, month) < 0
      ? [{ sentence: `Close ${nameMonth(next)} first.`, about: monthText(next) }]
      : [],
  not_over: ({ month, today }) =>
    Temporal.PlainDate.compare(today, endOf(month)) < 0
      ? [{ sentence: `${nameMonth(month)} is not over yet.`, about: monthText(month) }]
      : [],
  unfinished_run: async ({ entityId, month }, db) =>
    (await listUnfinishedRuns(db, entityId, endOf(month))).map(({ id, periodEnd }) => ({
      sentence: `The run for ${nameMonth(periodEnd.subtract({ days: 1 }))} is not finished.`,
      about: id,
    })),
  unissued: async ({ entityId, month }, db) =>
    (await listUnissued(db, entityId, endOf(month), shownMost)).map(({ id, customerName }) => ({
      sentence: `An invoice for ${customerName} is approved and has no number.`,
      about: id,
    })),
  unposted_expiry: async ({ entityId, month }, db) =>
    (await listUnpostedExpiries(db, entityId, endOf(month))).map(({ customerId, customerName }) => ({
      sentence: `Wallet money of ${customerName} expired and is not posted yet.`,
      about: customerId,
    })),
  unbalanced: async ({ entityId, month }, db) => {
    const { sums } = await trialBalance(db, lastDayOf(month), entityId);
    return sums.filter(({ debits, credits }) => debits !== credits).map(({ currency }) => ({
      sentence: `Debits and credits in ${currency} differ.`,
      about: lastDayOf(month).toString(),
    }));
  },
  unequal_receivables: async ({ entityId, month }, db) => {
    const { books } = await listBookChoice(db);
    const found: Found = [];
    for (const book of books.filter((each) => each.entityId === entityId)) {
      const { agrees } = await ageingReport(db, book, lastDayOf(month));
      if (agrees) continue;
      found.push({
        sentence: `What customers owe in ${book.currency} is not what the ledger says.`,
        about: lastDayOf(month).toString(),
      });
    }
    return found;
  },
} satisfies Record<string, (period: AskedPeriod, db: TenantDb) => Found | Promise<Found>>;

/** All that stands in the way, in the order in which to deal with it; nothing if the month can be closed. */
export async function listBlockers(db: TenantDb, period: AskedPeriod): Promise<Blocker[]> {
  const found: Blocker[] = [];
  for (const [kind, ask] of Object.entries(questions)) {
    const blockers = await (ask as (period: AskedPeriod, db: TenantDb) => Found | Promise<Found>)(period, db);
    found.push(...blockers.map((each) => ({ kind: kind as Blocker["kind"], ...each })));
  }
  return found;
}

function endOf(month: Temporal.PlainDate): Temporal.PlainDate {
  return month.add({ months: 1 });
}

export function lastDayOf(month: Temporal.PlainDate): Temporal.PlainDate {
  return endOf(month).subtract({ days: 1 });
}
