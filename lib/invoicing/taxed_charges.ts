/** The charges of a bill with the tax that the rules decide for them; those with a fixed rate stay as they are. */
import type { ContractFacts } from "../../db/queries/billing_facts.ts";
import type { LineTax } from "../../db/queries/invoice.ts";
import { listOwnTaxRates, listStoredTaxFacts } from "../../db/queries/tax_facts.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { refuseField } from "../core/errors.ts";
import type { TaxFacts } from "../core/tax_facts.ts";
import { ratesOf } from "../tax/rate.ts";
import { taxParts } from "../tax/tax_point.ts";
import type { ChargeInForce } from "./charges_in_force.ts";
import type { Period } from "./price_case.ts";

/** A charge as it is priced, with what the rules decided. */
export interface TaxedCharge extends ChargeInForce {
  tax?: LineTax;
}

/** Of each contract as it stands now, by its id. */
export async function loadTaxFacts(
  db: TenantDb,
  contracts: readonly ContractFacts[],
): Promise<Map<string, Omit<TaxFacts, "draftedOn">>> {
  if (contracts.length === 0) return new Map();
  const [stored, own] = await Promise.all([
    listStoredTaxFacts(db, contracts.map(({ contractId }) => contractId)),
    listOwnTaxRates(db),
  ]);
  return new Map(contracts.map(({ contractId, entity, customer, startDate, endDate }) => {
    const { registrations, certificates, places, ...buyer } = stored.get(contractId)!;
    const named = [entity, customer, ...registrations, ...places].flatMap(({ country }) => country ?? []);
    return [contractId, {
      seller: { country: entity.country, registrations },
      buyer: { country: customer.country, ...buyer, certificates },
      hire: { from: startDate.toString(), to: endDate?.toString() ?? null },
      places,
      rates: ratesOf(named, own),
    }];
  }));
}

/** Throws `InvalidInput` for what the rules do not know how to tax, and where one bill would hold what must not share a document. */
export function taxedCharges(
  charges: readonly ChargeInForce[],
  facts: TaxFacts | null,
  period: Period,
  hasFreeUnits: (charge: ChargeInForce) => boolean,
): TaxedCharge[] {
  const taxed = charges.flatMap((charge) => taxedCharge(charge, facts, period, hasFreeUnits(charge)));
  // Of fixed rates the price case says it, in its own words.
  if (taxed.some(({ tax }) => tax !== undefined)) requireOneSideOfTax(taxed);
  return taxed;
}

function taxedCharge(
  charge: ChargeInForce,
  facts: TaxFacts | null,
  period: Period,
  hasFreeUnits: boolean,
): TaxedCharge[] {
  if (charge.taxSupply === null) return [charge];
  const parts = taxParts({
    supply: charge.taxSupply,
    days: daysOf(charge, period),
    isDivisible: isDivisible(charge, hasFreeUnits),
  }, facts!);
  return parts.map(({ category, percent, days, taxPoint, country, reasonCode, reason, trace }, index) => ({
    ...charge,
    caseId: index === 0 ? charge.caseId : `${charge.caseId}~${index + 1}`,
    during: days === null ? charge.during : days.map(({ from, to }) => ({
      from: Temporal.PlainDate.from(from),
      to: Temporal.PlainDate.from(to),
    })),
    taxCategory: category,
    taxPercent: percent,
    tax: { taxPoint, country, reasonCode, reason, trace },
  }));
}

/** The days that a charge is for: that of one that falls due once, else those on which it is in force. */
function daysOf({ kind, on, during, period: own }: ChargeInForce, period: Period) {
  const { start, end } = own ?? period;
  const { compare } = Temporal.PlainDate;
  const isOnce = kind === "one_time" && compare(start, on) <= 0 && compare(on, end) < 0;
  const spans = isOnce ? [{ from: on, to: on.add({ days: 1 }) }] : during ?? [{ from: start, to: end }];
  return spans.map(({ from, to }) => ({ from: from.toString(), to: to.toString() }));
}

/** Prices of which parts come to the whole: each day or each event is priced for itself. */
function isDivisible({ kind, price, meter, proration }: ChargeInForce, hasFreeUnits: boolean): boolean {
  const { model } = price as { model: string };
  if (kind === "recurring") return proration !== "none" && (model === "flat" || model === "per_unit");
  if (kind !== "usage" || hasFreeUnits) return false;
  const { aggregate } = meter as { aggregate: string };
  return ["per_unit", "pass_through", "time_of_use", "indexed", "best_rate"].includes(model) &&
    (aggregate === "sum" || aggregate === "count");
}

/** A document with what is outside the tax holds nothing else (EN 16931 BR-O-11 to BR-O-14). Throws `InvalidInput`. */
export function requireOneSideOfTax(lines: readonly { taxCategory: string | null }[]): void {
  const outside = lines.filter(({ taxCategory }) => taxCategory === "O");
  if (outside.length === 0 || outside.length === lines.length) return;
  refuseField(
    "taxCategory",
    "O",
    "What is outside the tax needs an invoice of its own. Give it a plan and a contract of its own.",
  );
}
