/** Tax in the tax currency of the seller: stated when an invoice is issued, at the rates of its tax point, and kept by what corrects it. */
import { findBillingEntity } from "../../../db/queries/billing_entity.ts";
import {
  findCreditedTax,
  insertStatedCreditTax,
  insertTaxConversions,
  listRatesById,
  listTaxToConvert,
  type NewTaxConversion,
  type TaxToConvert,
} from "../../../db/queries/tax_currency.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import type { CommandContext } from "../../core/command.ts";
import { parseCurrencyCode } from "../../core/currency.ts";
import { isMilepostError, type MilepostError } from "../../core/errors.ts";
import { localDate } from "../../core/period.ts";
import { findPaths, type PathQuestion } from "../../currencies/steps.ts";
import type { DerivedInvoice } from "../derive.ts";
import { creditedAmount, statedAmount } from "./stated_tax.ts";

type StepContext = Pick<CommandContext, "db" | "now">;

/**
 * States the tax of drafts that are about to be issued, where it is in another currency than their seller's. Throws `InvalidInput`
 * where a rate is missing or too old.
 */
export async function stateTaxes(
  { db, now }: StepContext,
  invoiceIds: readonly string[],
  today: Temporal.PlainDate,
): Promise<void> {
  const found = await listTaxToConvert(db, invoiceIds);
  const paths = await findPaths(db, now, found.map((one) => questionOf(one, one.taxPoint ?? today)));
  const conversions: NewTaxConversion[] = [];
  for (const [place, one] of found.entries()) {
    const path = paths[place];
    if (isMilepostError(path)) throw path;
    conversions.push(await conversionOf(db, one, one.taxPoint ?? today, path.map(({ id }) => id)));
  }
  await insertTaxConversions(db, conversions);
}

async function conversionOf(
  db: TenantDb,
  { invoiceId, currency, taxCurrency, taxTotal, rounding, corrected }: TaxToConvert,
  day: Temporal.PlainDate,
  [firstRateId, secondRateId = null]: (string | null)[],
): Promise<NewTaxConversion> {
  const ofCorrections = corrected.reduce((sum, { taxAmount }) => sum + taxAmount, 0n);
  const own = { taxAmount: taxTotal - ofCorrections, day, firstRateId: firstRateId!, secondRateId };
  const parts = [
    own,
    ...corrected.map(({ taxAmount, day, firstRateId, secondRateId }) => ({
      taxAmount,
      day,
      firstRateId,
      secondRateId,
    })),
  ];
  const ids = parts.map((
    part,
  ) => [part.firstRateId, ...part.secondRateId === null ? [] : [part.secondRateId]]);
  const rates = new Map((await listRatesById(db, ids.flat())).map((rate) => [rate.id, rate]));
  const taxAmount = statedAmount(
    parts.map((part, place) => ({ ...part, path: ids[place].map((id) => rates.get(id)!) })),
    { from: parseCurrencyCode(currency), to: parseCurrencyCode(taxCurrency), rounding },
  );
  return { invoiceId, currency: taxCurrency, taxAmount, parts };
}

function questionOf(
  { currency, taxCurrency }: { currency: string; taxCurrency: string },
  day: Temporal.PlainDate,
): PathQuestion {
  return { from: parseCurrencyCode(currency), to: parseCurrencyCode(taxCurrency), day };
}

/** For each bill of an entity why its tax could not be stated if it were issued now; null where it could. */
export async function unstatableTaxes(
  { db, now }: StepContext,
  billingEntityId: string,
  invoices: readonly (DerivedInvoice | undefined)[],
): Promise<(MilepostError | null)[]> {
  const entity = (await findBillingEntity(db, billingEntityId))!;
  const today = localDate(now, entity.zone);
  const asked = invoices.filter((one) => one && one.taxTotal !== 0n && one.currency !== entity.currency);
  const paths = await findPaths(
    db,
    now,
    asked.map((one) =>
      questionOf({ currency: one!.currency, taxCurrency: entity.currency }, taxPointOf(one!) ?? today)
    ),
  );
  return invoices.map((one) => {
    const path = paths[asked.indexOf(one)];
    return isMilepostError(path) ? path : null;
  });
}

/** The latest of its lines, as the stored one is asked for. */
function taxPointOf({ lines }: DerivedInvoice): Temporal.PlainDate | null {
  const days = lines.flatMap(({ tax }) => tax?.taxPoint ? [Temporal.PlainDate.from(tax.taxPoint)] : []);
  return days.sort(Temporal.PlainDate.compare).at(-1) ?? null;
}

/** States the tax of a stored credit note by the rates of its invoice; the last one takes what rounding left. */
export async function stateCreditTax(db: TenantDb, creditNoteId: string, invoiceId: string): Promise<void> {
  const credited = await findCreditedTax(db, invoiceId);
  if (!credited) return;
  await insertStatedCreditTax(db, creditNoteId, {
    currency: credited.currency,
    amount: creditedAmount(credited),
  });
}
