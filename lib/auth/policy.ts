/** What each role may do: one table, read by commands, pages and the command line alike. */
import { type Actor, capabilities, type Capability } from "../core/actor.ts";
import { milepostError } from "../core/errors.ts";

export const roles = ["admin", "biller", "approver", "viewer"] as const;
export type Role = typeof roles[number];

/** Each capability in the words that finish "You cannot …". */
const words: Record<Capability, string> = {
  "read": "read the pages of this tenant",
  "customers.write": "add or change customers",
  "vehicles.write": "add or change vehicles",
  "plans.write": "add or change rate plans",
  "contracts.write": "add or change contracts",
  "usage.import": "import usage",
  "invoices.draft": "draft invoices",
  "invoices.approve": "approve invoices",
  "invoices.issue": "issue invoices",
  "invoices.send": "send invoices to customers",
  "payments.record": "record payments",
  "payments.reverse": "reverse payments",
  "jobs.manage": "run failed jobs again",
  "entities.write": "add or change billing entities",
  "bank_details.propose": "propose bank details of billing entities",
  "bank_details.approve": "approve bank details that someone else proposed",
  "members.manage": "add or change members",
  "api_keys.manage": "make or end keys for programs",
};

/** A biller may not approve, so that two people look at every invoice. */
const table: Record<Role, readonly Capability[]> = {
  admin: capabilities,
  biller: [
    "read",
    "customers.write",
    "vehicles.write",
    "plans.write",
    "contracts.write",
    "usage.import",
    "invoices.draft",
    "invoices.issue",
    "invoices.send",
    "payments.record",
    "payments.reverse",
    "jobs.manage",
  ],
  approver: ["read", "invoices.approve", "invoices.issue", "invoices.send", "bank_details.approve"],
  viewer: ["read"],
};

/** Whether a text is the name of a role. */
export function isRole(text: string): text is Role {
  return (roles as readonly string[]).includes(text);
}

/** All that someone with these roles may do. A role nobody knows gives nothing. */
export function capabilitiesOf(held: readonly string[]): ReadonlySet<Capability> {
  return new Set(held.filter(isRole).flatMap((role) => table[role]));
}

/** The roles that may do this, widest first: who to ask. */
export function rolesWith(capability: Capability): Role[] {
  return roles.filter((role) => table[role].includes(capability));
}

/** The capability in words that finish "You cannot …". */
export function describeCapability(capability: Capability): string {
  return words[capability];
}

/**
 * Refuses an actor who may not do this, with the capability as the field, so that the page can say who can grant it.
 * Throws `NotPermitted`.
 */
export function requireCapability(actor: Actor, capability: Capability): void {
  if (actor.capabilities.has(capability)) return;
  throw milepostError("NotPermitted", {
    message: `You cannot ${describeCapability(capability)}. Ask for the role ${
      rolesWith(capability).join(" or ")
    }.`,
    fields: [{ field: "capability", value: capability }],
  });
}
