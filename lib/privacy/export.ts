/** Everything that names a customer or a person, as one JSON file for them to take along (GDPR, articles 15 and 20). */
import { readAccount } from "../../db/queries/account.ts";
import { readCustomerData } from "../../db/queries/customer_data.ts";
import { withSystem } from "../../db/system.ts";
import { type TenantDb, withTenant } from "../../db/tenant.ts";
import { listCustomersByReference } from "../../db/queries/customer.ts";
import { findUserByEmail } from "../../db/queries/user.ts";
import { hashEmail } from "../auth/attempts.ts";
import { requireCapability } from "../auth/policy.ts";
import type { Actor } from "../core/actor.ts";
import type { Environment } from "../core/command.ts";
import { milepostError } from "../core/errors.ts";
import { isId } from "../core/ids.ts";

/** The data of a customer as JSON: an array of rows for each table. Throws `NotFound`, `NotPermitted`. */
export async function exportCustomer(
  { database, clock }: Environment,
  { tenantId, actor }: { tenantId: string; actor: Actor },
  customer: { id: string } | { reference: string },
): Promise<string> {
  requireCapability(actor, "privacy.manage");
  const found = await withTenant(database, tenantId, async (db) => {
    const id = await customerId(db, customer);
    return id === undefined ? null : await readCustomerData(db, id);
  }, { readOnly: true });
  if (!found) {
    throw milepostError("NotFound", {
      message: "There is no such customer. Find it in the list of customers.",
    });
  }
  return fileOf(found, clock.now());
}

async function customerId(
  db: TenantDb,
  customer: { id: string } | { reference: string },
): Promise<string | undefined> {
  if ("id" in customer) return isId(customer.id) ? customer.id : undefined;
  return (await listCustomersByReference(db, [customer.reference]))[0]?.id;
}

/** The data of a person's account, across all tenants, so it is for that person alone. Throws `NotFound`. */
export async function exportAccount(
  { database, clock }: Pick<Environment, "database" | "clock">,
  person: { id: string } | { email: string },
): Promise<string> {
  const found = await withSystem(database, async (db) => {
    const id = "id" in person ? person.id : (await findUserByEmail(db, person.email))?.id;
    return id === undefined ? null : await readAccount(db, id, hashEmail);
  }, { readOnly: true });
  if (!found) {
    throw milepostError("NotFound", { message: "Nobody has this e-mail address. Check its spelling." });
  }
  return fileOf(found, clock.now());
}

/** The rows stay as the database wrote them: numbers of more than 53 bits would not survive being read. */
function fileOf(tables: ReadonlyMap<string, readonly string[]>, now: Temporal.Instant): string {
  const parts = [...tables].map(([table, rows]) =>
    `  ${JSON.stringify(table)}: [${rows.map((row) => `\n    ${row}`).join(",")}${
      rows.length > 0 ? "\n  " : ""
    }]`
  );
  const head = `  "exportedAt": ${JSON.stringify(now.toString({ smallestUnit: "second" }))}`;
  return `{\n${[head, ...parts].join(",\n")}\n}\n`;
}
