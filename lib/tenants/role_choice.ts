/** The roles that someone is given: built-in ones and the tenant's own, and whether whoever gives them may. */
import { type CustomRole, listCustomRoles, shareCustomRoles } from "../../db/queries/custom_role.ts";
import type { HeldRoles } from "../../db/queries/membership.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { isRole, type Rights, rightsOf, type Role, roles } from "../auth/policy.ts";
import { type Actor, actorKey } from "../core/actor.ts";
import { milepostError, refuseField } from "../core/errors.ts";
import { isId } from "../core/ids.ts";

/** Roles that were chosen, with all that they allow together. */
export interface ChosenRoles {
  builtIn: Role[];
  custom: CustomRole[];
  /** Names, the built-in ones first. */
  names: string[];
  rights: Rights;
}

/**
 * Reads roles as commands take them: names of built-in ones and ids of the tenant's own, which stay as they are until the
 * transaction ends. Throws `InvalidInput`.
 */
export async function readRoles(db: TenantDb, wanted: readonly string[]): Promise<ChosenRoles> {
  const builtIn = roles.filter((role) => wanted.includes(role));
  const ids = [...new Set(wanted.filter((role) => !isRole(role)))];
  const unknown = ids.find((id) => !isId(id));
  const custom = await shareCustomRoles(db, ids.filter(isId));
  if (unknown !== undefined || custom.length < ids.length) {
    refuseField("roles", unknown ?? "", "One of these roles is not there any more. Choose from the list.");
  }
  if (builtIn.length + custom.length === 0) refuseField("roles", "", "Choose one role or more.");
  return {
    builtIn,
    custom,
    names: roleNames({ roles: builtIn, customRoles: custom }),
    rights: rightsOf(builtIn, custom),
  };
}

/** Roles named with commas, as `readRoles` takes them. Throws `InvalidInput` that lists them. */
export async function parseRoles(db: TenantDb, text: string): Promise<string[]> {
  const own = await listCustomRoles(db);
  const names = text.split(",").map((name) => name.trim()).filter((name) => name !== "");
  const found = names.map((name) =>
    isRole(name) ? name : own.find((role) => role.name.toLowerCase() === name.toLowerCase())?.id
  );
  const unknown = names[found.indexOf(undefined)];
  if (unknown !== undefined || names.length === 0) {
    const known = [...roles, ...own.map(({ name }) => name)].join(", ");
    refuseField("role", unknown ?? text, `Use one or more of ${known}.`, "biller,approver");
  }
  return [...new Set(found.filter((role) => role !== undefined))];
}

/** The names of all roles that someone has, the built-in ones first. */
export function roleNames({ roles: builtIn, customRoles }: HeldRoles): string[] {
  return [...builtIn, ...customRoles.map(({ name }) => name)];
}

/** Nobody changes their own roles. Throws `NotPermitted`. */
export function requireSomeoneElse(actor: Actor, userId: string): void {
  if (actorKey(actor) !== `user:${userId}`) return;
  throw milepostError("NotPermitted", {
    message: "Nobody changes what they may do themselves. Ask someone else who manages the team.",
  });
}
