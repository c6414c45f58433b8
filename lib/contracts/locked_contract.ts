/** A contract that a command is about to change, locked so that no period of it is billed meanwhile. */
import { findLastBilledPeriod, lockContract, type LockedContract } from "../../db/queries/contract.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { milepostError } from "../core/errors.ts";
import { isId } from "../core/ids.ts";
import type { Days } from "./change_rules.ts";

/** Locks it until the commit. Throws `NotFound`. */
export async function lockToChange(
  db: TenantDb,
  contractId: string,
): Promise<{ contract: LockedContract; lastBilled: Days | undefined }> {
  const contract = isId(contractId) ? await lockContract(db, contractId) : undefined;
  if (contract) return { contract, lastBilled: await findLastBilledPeriod(db, contractId) };
  throw milepostError("NotFound", {
    message: "There is no such contract, or it belongs to another company. Find it in the list of contracts.",
    fields: [{ field: "contractId", value: contractId }],
  });
}
