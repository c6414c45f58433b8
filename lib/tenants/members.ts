/** Who belongs to a tenant. The first administrator comes with the tenant; the others are added by command. */
import type { Actor, Capability } from "../core/actor.ts";
import { defineCommand, type Environment, execute } from "../core/command.ts";
import { maskedEmail } from "../core/erased.ts";
import { milepostError, refuseField } from "../core/errors.ts";
import { isId } from "../core/ids.ts";
import type { Money } from "../core/money.ts";
import { makeLink } from "../auth/links.ts";
import { decide, requireCapability, requireMayChange, requireMayGive, rightsOf } from "../auth/policy.ts";
import { type Invitation, listInvitations } from "../../db/queries/invitation.ts";
import {
  deleteMembership,
  findMember,
  listMembers,
  lockAdmins,
  lockMember,
  type Member,
  setMembership,
} from "../../db/queries/membership.ts";
import { listLastSeen, setSessionsInTenantEnded } from "../../db/queries/session.ts";
import { findOrInsertUser } from "../../db/queries/user.ts";
import { withSystem } from "../../db/system.ts";
import { withTenant } from "../../db/tenant.ts";
import { readRoles, requireSomeoneElse } from "./role_choice.ts";

export type { Member };

const longestEmail = 254;

/** An e-mail address in small letters. Throws `InvalidInput`; that the mailbox exists is for the link to prove. */
export function parseEmail(text: string): string {
  const email = text.trim().toLowerCase();
  if (email.length > longestEmail || !/^[^\s@<>,;]+@[^\s@<>,;]+$/.test(email)) {
    refuseField("email", text, "Use one e-mail address.", "amira@calder.example");
  }
  return email;
}

/**
 * Gives a person roles in the tenant, instead of those they had there: names of built-in ones, and ids of the tenant's own.
 * Whoever is no member yet is added by the command line alone; others invite them.
 */
export const setMember = defineCommand<
  { userId: string; roles: readonly string[] },
  { userId: string; roles: string[] }
>({
  name: "member.set",
  capability: "members.manage",
  confirmed: true,
  subject: ({ userId }) => ({ type: "member", id: userId }),
  detail: (_input, result) => result,
  async run({ db, actor, emit }, { userId, roles }) {
    requireSomeoneElse(actor, userId);
    const admins = await lockAdmins(db);
    const member = await lockMember(db, userId);
    if (!member && actor.kind !== "cli") throw noMember();
    const chosen = await readRoles(db, roles);
    requireMayGive(actor, chosen.rights);
    if (member) requireMayChange(actor, member);
    if (!chosen.builtIn.includes("admin")) requireOtherAdmin(admins, userId);
    await setMembership(db, userId, chosen.builtIn, chosen.custom.map(({ id }) => id));
    emit("member.set", userId, { roles: chosen.names });
    return { userId, roles: chosen.names };
  },
});

/** Takes a person out of the tenant; what they did stays under their name. */
const removeFromTenant = defineCommand<{ userId: string }, { userId: string; email: string }>({
  name: "member.remove",
  capability: "members.manage",
  subject: ({ userId }) => ({ type: "member", id: userId }),
  detail: (_input, { email }) => ({ email: maskedEmail(email) }),
  async run({ db, actor, emit }, { userId }) {
    requireSomeoneElse(actor, userId);
    const admins = await lockAdmins(db);
    const member = isId(userId) ? await lockMember(db, userId) : undefined;
    if (!member) throw noMember();
    requireMayChange(actor, member);
    requireOtherAdmin(admins, userId);
    await deleteMembership(db, userId);
    emit("member.removed", userId, {});
    return { userId, email: member.email };
  },
});

function noMember(): Error {
  return milepostError("NotFound", {
    message: "This person is not on your team. Find the people who are in the list of the team.",
  });
}

/** Refuses what would leave a tenant without an admin. */
function requireOtherAdmin(admins: readonly string[], userId: string): void {
  if (!admins.includes(userId) || admins.length > 1) return;
  throw milepostError("IllegalTransition", {
    message: "This person is the only admin of the tenant. Make someone else an admin first.",
  });
}

/** Notes that a member gets a new way in: who made it, for whom. */
export const allowLink = defineCommand<{ email: string }, { userId: string; email: string }>({
  name: "member.allow_link",
  capability: "members.manage",
  confirmed: true,
  subject: (_input, { userId }) => ({ type: "member", id: userId }),
  detail: (_input, { email }) => ({ email: maskedEmail(email) }),
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

/**
 * Adds a person to the tenant, or changes their roles, for whoever runs the installation. They may be new to it; a tenant's
 * own people invite others instead, who say yes themselves.
 */
export async function addMember(
  environment: Environment,
  asker: Asker,
  input: { email: string; roles: readonly string[] },
): Promise<{ userId: string; roles: string[]; hasPassword: boolean }> {
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

/** Takes a person out of the tenant and ends what they have open in it. Throws `NotFound`, `NotPermitted`, `IllegalTransition`. */
export async function removeMember(environment: Environment, asker: Asker, userId: string): Promise<string> {
  const { email } = await execute(environment, removeFromTenant, asker, { userId });
  const now = environment.clock.now();
  await withSystem(environment.database, (db) => setSessionsInTenantEnded(db, userId, asker.tenantId, now));
  return email;
}

/** A member as the page of the team lists them. */
export interface TeamMember extends Member {
  /** When they were last at work in this tenant. */
  lastSeenAt: Temporal.Instant | null;
}

/** Everyone on the team, by address, and who is invited. */
export async function listTeam(
  { database }: Pick<Environment, "database">,
  tenantId: string,
): Promise<{ members: TeamMember[]; invitations: Invitation[] }> {
  const lastSeen = await withSystem(database, (db) => listLastSeen(db, tenantId));
  return await withTenant(database, tenantId, async (db) => ({
    members: (await listMembers(db)).map((member) => ({
      ...member,
      lastSeenAt: lastSeen.get(member.userId) ?? null,
    })),
    invitations: await listInvitations(db),
  }), { readOnly: true });
}

/** One person on the team. Throws `NotFound`. */
export async function findTeamMember(
  { database }: Pick<Environment, "database">,
  tenantId: string,
  userId: string,
): Promise<Member> {
  const members = await withTenant(database, tenantId, listMembers, { readOnly: true });
  const found = members.find((member) => member.userId === userId);
  if (!found) throw noMember();
  return found;
}

/** Whom to ask: members who may do this, with this amount where there is one, and the tenant's admins. */
export async function listWhoCan(
  { database }: Pick<Environment, "database">,
  tenantId: string,
  capability: Capability,
  amount?: Money,
): Promise<{ able: Member[]; admins: Member[] }> {
  const members = await withTenant(database, tenantId, listMembers, { readOnly: true });
  return {
    able: members.filter(({ roles, customRoles }) =>
      decide(rightsOf(roles, customRoles), capability, amount).isAllowed
    ),
    admins: members.filter(({ roles }) => roles.includes("admin")),
  };
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
    ...rightsOf(member.roles, member.customRoles),
    // Whoever may run the command line for a member has the machine itself, which is proof enough.
    authenticatedAt: environment.clock.now(),
  };
}
