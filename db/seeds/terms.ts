/** What some of the demo's contracts agree beside their plan, and what their customers paid ahead. */
import type { SeedFleet } from "./fleet.ts";

export interface SeedTerm {
  contract: string;
  kind: "commitment" | "discount" | "free_units";
  name: string;
  fromDate: string;
  minimum?: string;
  percent?: string;
  amount?: string;
  units?: string;
  charges?: string;
}

/** Every seventh contract has a discount in per cent, others a voucher or a minimum, from the quarter's first day. */
export function seedTerms({ contracts, plans, start }: SeedFleet): SeedTerm[] {
  const fromDate = start.toString();
  const currencies = new Map(plans.map(({ reference, currency }) => [reference, currency]));
  return contracts.flatMap(({ reference: contract, plan }, index): SeedTerm[] => {
    const isYen = currencies.get(plan) === "JPY";
    const common = { contract, fromDate };
    const terms: SeedTerm[] = [];
    if (index % 7 === 3) {
      terms.push({ ...common, kind: "discount", name: "Fleet discount", percent: "5" });
    }
    if (index % 11 === 3) {
      terms.push({ ...common, kind: "discount", name: "Service voucher", amount: isYen ? "5000" : "25.00" });
    }
    if (index % 9 === 6) {
      const minimum = isYen ? "900000" : "6000.00";
      terms.push({ ...common, kind: "commitment", name: "Lease commitment", minimum, charges: "lease" });
    }
    if (index % 12 === 1) {
      terms.push({
        ...common,
        kind: "free_units",
        name: "Welcome kilometres",
        units: "500",
        charges: "distance",
      });
    }
    return terms;
  });
}

export interface SeedWallet {
  contract: string;
  customer: string;
  entity: string;
  currency: string;
  kind: "paid" | "advance";
  name: string;
  amount: string;
}

/** Every tenth customer paid a little more than a month ahead. */
export function seedWallets({ contracts, plans }: SeedFleet): SeedWallet[] {
  const currencies = new Map(plans.map(({ reference, currency }) => [reference, currency]));
  return contracts.filter((_, index) => index % 10 === 4).map(
    ({ reference, customer, entity, plan }, index) => {
      const currency = currencies.get(plan)!;
      return {
        contract: reference,
        customer,
        entity,
        currency,
        kind: index % 2 === 0 ? "paid" : "advance",
        name: index % 2 === 0 ? "Paid ahead" : "Deposit for the season",
        amount: currency === "JPY" ? "900000" : "8000.00",
      };
    },
  );
}

export interface SeedGrant extends Omit<SeedWallet, "kind"> {
  expiresOn: string;
}

/** Every ninth customer was granted a part of a month, for a year from the end of the quarter. */
export function seedGrants(fleet: SeedFleet): SeedGrant[] {
  const currencies = new Map(fleet.plans.map(({ reference, currency }) => [reference, currency]));
  return fleet.contracts.filter((_, index) => index % 9 === 2).map(
    ({ reference, customer, entity, plan }) => {
      const currency = currencies.get(plan)!;
      return {
        contract: reference,
        customer,
        entity,
        currency,
        name: "Anniversary gift",
        amount: currency === "JPY" ? "50000" : "400.00",
        expiresOn: fleet.end.add({ years: 1 }).toString(),
      };
    },
  );
}
