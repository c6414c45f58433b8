/** The names of what a list is filtered by, where the address holds an id; also when nothing matches. */
import type { TenantDb } from "../../../db/tenant.ts";
import { isMilepostError } from "../../../lib/core/errors.ts";
import { findCustomer } from "../../../lib/customers/views.ts";
import { findPlan } from "../../../lib/plans/views.ts";

/** "not found" where there is no such customer; nothing without an id. */
export async function customerName(db: TenantDb, id: string | undefined): Promise<string | undefined> {
  return id === undefined ? undefined : await nameOf(async () => (await findCustomer(db, id)).name);
}

/** As `customerName`. */
export async function planName(db: TenantDb, id: string | undefined): Promise<string | undefined> {
  return id === undefined ? undefined : await nameOf(async () => (await findPlan(db, id)).plan.name);
}

async function nameOf(find: () => Promise<string>): Promise<string> {
  try {
    return await find();
  } catch (error) {
    if (isMilepostError(error, "NotFound")) return "not found";
    throw error;
  }
}
