/** A new tenant with its first administrator, whole or not at all. */
import { type Actor, actorKey } from "../core/actor.ts";
import type { Environment } from "../core/command.ts";
import { milepostError, refuseField } from "../core/errors.ts";
import { makeLink } from "../auth/links.ts";
import { insertFirstAuditEvent } from "../../db/queries/audit_event.ts";
import { insertFirstMembership } from "../../db/queries/membership.ts";
import { insertTenant, listTenants, listTenantsNamed, type TenantSummary } from "../../db/queries/tenant.ts";
import { findOrInsertUser } from "../../db/queries/user.ts";
import { withSystem } from "../../db/system.ts";
import { parseEmail } from "./members.ts";

const longestName = 200;

export interface NewTenant {
  tenantId: string;
  userId: string;
  /** Path of a one-time link by which the administrator signs in and sets a password. */
  linkPath: string;
}

/** Makes the tenant, its admin (who may already have an account), and their one-time link. */
export async function createTenant(
  environment: Environment,
  actor: Actor,
  input: { name: string; adminEmail: string },
): Promise<NewTenant> {
  const name = input.name.trim();
  if (name === "" || name.length > longestName) {
    refuseField("name", input.name, `Use a name of 1 to ${longestName} characters.`, "Calder Fleet Services");
  }
  const email = parseEmail(input.adminEmail);
  return await withSystem(environment.database, async (db) => {
    const tenantId = await insertTenant(db, name);
    const person = await findOrInsertUser(db, { email, name: email.split("@")[0] });
    await insertFirstMembership(db, tenantId, person.id);
    await insertFirstAuditEvent(db, tenantId, {
      actor: actorKey(actor),
      command: "tenant.create",
      subjectType: "tenant",
      subjectId: tenantId,
      detail: { name, adminEmail: email },
    });
    const linkPath = await makeLink(db, person.id, environment.clock.now());
    return { tenantId, userId: person.id, linkPath };
  });
}

/** All tenants, for whoever runs the installation. */
export async function listAllTenants({ database }: Environment): Promise<TenantSummary[]> {
  return await withSystem(database, listTenants, { readOnly: true });
}

/** The one tenant of this name or id. Throws `NotFound`, or `InvalidInput` when several have the name. */
export async function findTenant(
  environment: Environment,
  nameOrId: string,
): Promise<{ id: string; name: string }> {
  const found = await withSystem(environment.database, (db) => listTenantsNamed(db, nameOrId));
  if (found.length === 1) return found[0];
  if (found.length === 0) {
    throw milepostError("NotFound", {
      message: `There is no tenant "${nameOrId}". List them with: milepost tenants`,
    });
  }
  throw milepostError("InvalidInput", {
    message: `${found.length} tenants are named "${nameOrId}". Use the id of the one you mean: ` +
      found.map(({ id }) => id).join(", "),
  });
}
