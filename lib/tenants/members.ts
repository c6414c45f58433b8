/** Who belongs to a tenant. The first administrator comes with the tenant; the others are added by command. */
import type { Actor } from "../core/actor.ts";
import { defineCommand, type Environment, execute } from "../core/command.ts";
import { milepostError, refuseField } from "../core/errors.ts";
import { makeLink } from "../auth/links.ts";
import { capabilitiesOf, isRole, requireCapability, type Role, roles } from "../auth/policy.ts";
import { findMember, listMembers, lockAdmins, setMembership } from "../../db/queries/membership.ts";
import { findOrInsertUser } from "../../db/queries/user.ts";
import { withSystem } from "../../db/system.ts";
import { type TenantDb, withTenant } from "../../db/tenant.ts";

const longestEmail = 254;

/** An e-mail address in small letters. Throws `InvalidInput`; that the mailbox exists is for the link to prove. */
export function parseEmail(text: string): string {
  const email = text.trim().toLowerCase();
  if (email.length > longestEmail || !/^[^\s@<>,;]+@[^\s@<>,;]+$/.test(email)) {
    refuseField("email", text, "Use one e-mail address.", "amira@calder.example");
  }
  return email;
}

/** Roles by name, separated by commas. Throws `InvalidInput` that lists them. */
export function parseRoles(text: string): Role[] {
  const names = [...new Set(text.split(",").map((name) => name.trim()).filter((name) => name !== ""))];
  const unknown = names.find((name) => !isRole(name));
  if (unknown !== undefined || names.length === 0) {
    refuseField("role", unknown ?? text, `Use one or more of ${roles.join(", ")}.`, "biller,approver");
  }
  return names.filter(isRole);
}

/** Gives a person roles in the tenant, instead of those they had there. */
export const setMember = defineCommand<
  { userId: string; roles: Role[] },
  { userId: string; roles: Role[] }
>({
  name: "member.set",
  capability: "members.manage",
  subject: ({ userId }) => ({ type: "member", id: userId }),
  async run({ db, emit }, { userId, roles }) {
    await requireOtherAdmin(db, userId, roles);
    await setMembership(db, userId, roles);
    emit("member.set", userId, { roles });
    return { userId, roles };
  },
});

async function requireOtherAdmin(db: TenantDb, userId: string, roles: readonly Role[]): Promise<void> {
  const admins = await lockAdmins(db);
  if (roles.includes("admin") || !admins.includes(userId) || admins.length > 1) return;
  throw milepostError("IllegalTransition", {
    message: "This person is the only admin of the tenant. Make someone else an admin first.",
  });
}

/** Notes that a member gets a new way in: who made it, for whom. */
export const allowLink = defineCommand<{ email: string }, { userId: string; email: string }>({
  name: "member.allow_link",
  capability: "members.manage",
  subject: (_input, { userId }) => ({ type: "member", id: userId }),
  async run({ db }, { email }) {
    const member = await findMember(db, email);
    if (!member) {
      throw milepostError("NotFound", {
        message: `Nobody with the address ${email} belongs to this tenant. Add them first.`,
        fields: [{ field: "email", value: email }],
      });
    }
    return { userId: member.userId, email: member.email };
  },
});

/** Who asks, and for which tenant. */
export interface Asker {
  tenantId: string;
  actor: Actor;
}

/** Adds a person to the tenant, or changes their roles. They may be new to this installation. */
export async function addMember(
  environment: Environment,
  asker: Asker,
  input: { email: string; roles: Role[] },
): Promise<{ userId: string; roles: Role[]; hasPassword: boolean }> {
  requireCapability(asker.actor, "members.manage");
  const { email, roles } = input;
  const person = await withSystem(
    environment.database,
    (db) => findOrInsertUser(db, { email, name: email.split("@")[0] }),
  );
  const member = await execute(environment, setMember, asker, { userId: person.id, roles });
  return { ...member, hasPassword: person.hasPassword };
}

/**
 * The path of a new one-time sign-in link for a member. Who holds it becomes that person in all their tenants, so it is
 * for whoever runs the installation to make, not for a tenant's own admin.
 */
export async function makeMemberLink(environment: Environment, asker: Asker, email: string): Promise<string> {
  if (asker.actor.kind !== "cli") throw milepostError("NotPermitted");
  const { userId } = await execute(environment, allowLink, asker, { email });
  return await withSystem(environment.database, (db) => makeLink(db, userId, environment.clock.now()));
}

/** Whom to ask for a role: the tenant's admins by name and address. */
export async function listAdmins(
  environment: Environment,
  tenantId: string,
): Promise<{ name: string; email: string }[]> {
  const members = await withTenant(environment.database, tenantId, listMembers, { readOnly: true });
  return members.filter(({ roles }) => roles.includes("admin"));
}

/** A member as the one who acts, with the rights of their roles. Throws `NotFound` for someone who does not belong to the tenant. */
export async function actorOfMember(
  environment: Environment,
  tenantId: string,
  email: string,
): Promise<Actor> {
  const member = await withTenant(environment.database, tenantId, (db) => findMember(db, email), {
    readOnly: true,
  });
  if (!member) {
    throw milepostError("NotFound", {
      message: `Nobody with the address ${email} belongs to this tenant. Add them with: milepost members add`,
      fields: [{ field: "email", value: email }],
    });
  }
  return {
    kind: "user",
    id: member.userId,
    name: member.name,
    capabilities: capabilitiesOf(member.roles),
    // Whoever may run the command line for a member has the machine itself, which is proof enough.
    authenticatedAt: environment.clock.now(),
  };
}
