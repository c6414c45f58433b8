/** What other areas convert by: the exchange rates of a day, or why there are none. */
import { listRatesUpTo } from "../../db/queries/exchange_rate.ts";
import type { TenantDb } from "../../db/tenant.ts";
import type { CurrencyCode } from "../core/currency.ts";
import { isMilepostError, type MilepostError } from "../core/errors.ts";
import { findPath, pathFactor, type RatePath } from "./conversion.ts";
import { oldestRateDays } from "./views.ts";

export { pathFactor, type RatePath };

export interface PathQuestion {
  from: CurrencyCode;
  to: CurrencyCode;
  day: Temporal.PlainDate;
}

/** For each question the rates to convert by, or the refusal; how old they may be is what was decided by `at`. */
export async function findPaths(
  db: TenantDb,
  at: Temporal.Instant,
  questions: readonly PathQuestion[],
): Promise<(RatePath | MilepostError)[]> {
  if (questions.length === 0) return [];
  const oldestDays = await oldestRateDays(db, at);
  const known = new Map<string, RatePath | MilepostError>();
  for (const question of questions) {
    const key = keyOf(question);
    if (!known.has(key)) known.set(key, await findOne(db, { ...question, oldestDays }));
  }
  return questions.map((question) => known.get(keyOf(question))!);
}

async function findOne(
  db: TenantDb,
  question: PathQuestion & { oldestDays: number },
): Promise<RatePath | MilepostError> {
  const rates = await listRatesUpTo(db, [question.from, question.to, "EUR"], question.day);
  try {
    return findPath(question, rates);
  } catch (error) {
    if (isMilepostError(error, "InvalidInput")) return error;
    throw error;
  }
}

function keyOf({ from, to, day }: PathQuestion): string {
  return `${from} ${to} ${day}`;
}
