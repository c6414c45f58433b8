/** What a contract agrees beside its plan, as its pages show it. */
import {
  type ContractTerm,
  findTerm as findRow,
  listTermsOfContracts,
  listTermsOfCustomer,
} from "../../../db/queries/contract_term.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import { isId } from "../../core/ids.ts";
import { noTerm } from "./commands.ts";

export type { ContractTerm };

/** In the order in which they were agreed. */
export function listTerms(db: TenantDb, contractId: string): Promise<ContractTerm[]> {
  return listTermsOfContracts(db, [contractId]);
}

/** Of a customer, for all its contracts; in the order in which they were agreed. */
export function listCustomerDiscounts(db: TenantDb, customerId: string): Promise<ContractTerm[]> {
  return listTermsOfCustomer(db, customerId);
}

/** Throws `NotFound`. */
export async function findCustomerDiscount(
  db: TenantDb,
  customerId: string,
  termId: string,
): Promise<ContractTerm> {
  const term = isId(termId) ? await findRow(db, { customerId }, termId) : undefined;
  if (!term) throw noTerm(termId);
  return term;
}

/** Throws `NotFound`. */
export async function findTerm(db: TenantDb, contractId: string, termId: string): Promise<ContractTerm> {
  const term = isId(termId) ? await findRow(db, { contractId }, termId) : undefined;
  if (!term) throw noTerm(termId);
  return term;
}
