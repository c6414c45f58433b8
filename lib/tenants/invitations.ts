/**
 * Invitations: a tenant's own people never add anyone by themselves. Whoever is invited says yes, with the secret of a link
 * and as the owner of the address, so that a link in wrong hands opens no account that is there already.
 */
import { Buffer } from "node:buffer";
import {
  deleteInvitation,
  findInvitationOf,
  insertInvitation,
  type Invitation,
  lockInvitation,
  lockInvitationOf,
  setInvitationLink,
} from "../../db/queries/invitation.ts";
import { findMember, setMembership } from "../../db/queries/membership.ts";
import { insertUser } from "../../db/queries/user.ts";
import { withSystem } from "../../db/system.ts";
import { type TenantDb, withTenant } from "../../db/tenant.ts";
import { queueAccountMail } from "../auth/account_mail.ts";
import { writeLetter } from "../auth/letter.tsx";
import { hashPassword } from "../auth/password.ts";
import { passwordProblem } from "../auth/password_rules.ts";
import { requireMayChange, requireMayGive, rightsOf } from "../auth/policy.ts";
import { hashToken, newToken, openSession, switchTenant } from "../auth/sessions.ts";
import { actorKey } from "../core/actor.ts";
import { defineCommand, type Environment, execute } from "../core/command.ts";
import { maskedEmail } from "../core/erased.ts";
import { milepostError, refuseField } from "../core/errors.ts";
import { isId } from "../core/ids.ts";
import { readText } from "../core/input.ts";
import { type Asker, parseEmail } from "./members.ts";
import { readRoles, roleNames } from "./role_choice.ts";

export const invitationDays = 7;
const longestName = 100;

export interface InvitationInput {
  email: string;
  /** Names of built-in roles, and ids of the tenant's own. */
  roles: readonly string[];
}

/** Keeps an invitation whose secret the caller made; the secret is no part of what is stored or audited. */
const storeInvitation = defineCommand<
  InvitationInput & { tokenHash: Uint8Array },
  { invitationId: string; email: string; roles: string[] }
>({
  name: "member.invite",
  capability: "members.manage",
  confirmed: true,
  subject: (_input, { invitationId }) => ({ type: "invitation", id: invitationId }),
  detail: (_input, { email, roles }) => ({ email: maskedEmail(email), roles }),
  async run({ db, actor, now, emit }, input) {
    const email = parseEmail(input.email);
    const chosen = await readRoles(db, input.roles);
    requireMayGive(actor, chosen.rights);
    if (await findMember(db, email)) {
      refuseField("email", email, `${email} is on the team already. Change the roles in the list.`);
    }
    const invitationId = await insertInvitation(db, {
      email,
      roles: chosen.builtIn,
      customRoleIds: chosen.custom.map(({ id }) => id),
      tokenHash: input.tokenHash,
      invitedBy: actorKey(actor),
      invitedAt: now,
      expiresAt: now.add({ hours: 24 * invitationDays }),
    });
    if (invitationId === undefined) {
      refuseField("email", email, `${email} is invited already. Send a new link from the list of the team.`);
    }
    emit("member.invited", invitationId, {});
    return { invitationId, email, roles: chosen.names };
  },
});

/** Gives an invitation a new link; the old one no longer works. */
const renewInvitation = defineCommand<
  { invitationId: string; tokenHash: Uint8Array },
  { email: string; roles: string[] }
>({
  name: "member.invite_again",
  capability: "members.manage",
  confirmed: true,
  subject: ({ invitationId }) => ({ type: "invitation", id: invitationId }),
  detail: (_input, { email }) => ({ email: maskedEmail(email) }),
  async run({ db, actor, now }, { invitationId, tokenHash }) {
    const invitation = await requireInvitation(db, invitationId);
    requireMayGive(actor, rightsOf(invitation.roles, invitation.customRoles));
    await setInvitationLink(db, invitationId, {
      tokenHash,
      invitedBy: actorKey(actor),
      invitedAt: now,
      expiresAt: now.add({ hours: 24 * invitationDays }),
    });
    return { email: invitation.email, roles: roleNames(invitation) };
  },
});

/** Takes an invitation back: its link no longer works. */
export const withdrawInvitation = defineCommand<{ invitationId: string }, { email: string }>({
  name: "member.withdraw_invitation",
  capability: "members.manage",
  subject: ({ invitationId }) => ({ type: "invitation", id: invitationId }),
  detail: (_input, { email }) => ({ email: maskedEmail(email) }),
  async run({ db, actor }, { invitationId }) {
    const invitation = await requireInvitation(db, invitationId);
    requireMayChange(actor, invitation);
    await deleteInvitation(db, invitationId);
    return { email: invitation.email };
  },
});

/** Makes a member of whoever was invited; runs as that person, with the rights that the invitation gives. */
const acceptInvitation = defineCommand<
  { tokenHash: Uint8Array; userId: string; email: string },
  { userId: string; roles: string[] }
>({
  name: "member.join",
  capability: "read",
  subject: ({ userId }) => ({ type: "member", id: userId }),
  detail: (_input, { roles }) => ({ roles }),
  async run({ db, now, emit }, { tokenHash, userId, email }) {
    const invitation = await lockInvitationOf(db, tokenHash, now);
    if (!invitation) throw milepostError("LinkExpired");
    requireOwnAddress(invitation, email);
    if (!await findMember(db, email)) {
      await setMembership(db, userId, invitation.roles, invitation.customRoles.map(({ id }) => id));
    }
    await deleteInvitation(db, invitation.id);
    const roles = roleNames(invitation);
    emit("member.joined", userId, { roles });
    return { userId, roles };
  },
});

async function requireInvitation(db: TenantDb, id: string): Promise<Invitation> {
  const invitation = isId(id) ? await lockInvitation(db, id) : undefined;
  if (invitation) return invitation;
  throw milepostError("NotFound", {
    message:
      "This invitation is not there any more: it was accepted or withdrawn. Look at the list of the team.",
  });
}

/** An invitation as it was just made or renewed, with the path of its link to stand behind the origin. */
export interface SentInvitation {
  email: string;
  roles: string[];
  linkPath: string;
}

/** Invites someone. Throws `InvalidInput`, `NotPermitted`. */
export async function invite(
  environment: Environment,
  asker: Asker,
  input: InvitationInput,
): Promise<SentInvitation> {
  const { token, tokenHash } = newLink(asker.tenantId);
  const { email, roles } = await execute(environment, storeInvitation, asker, { ...input, tokenHash });
  return { email, roles, linkPath: `/invitation/${token}` };
}

/** Makes a new link for an invitation that is open or has expired. Throws `NotFound`, `NotPermitted`. */
export async function inviteAgain(
  environment: Environment,
  asker: Asker,
  invitationId: string,
): Promise<SentInvitation> {
  const { token, tokenHash } = newLink(asker.tenantId);
  const sent = await execute(environment, renewInvitation, asker, { invitationId, tokenHash });
  return { ...sent, linkPath: `/invitation/${token}` };
}

/** Queues the mail of an invitation. Call it only where mail can leave. */
export async function mailInvitation(
  environment: Environment,
  { actor }: Asker,
  { email, linkPath }: SentInvitation,
  origin: string,
): Promise<void> {
  const { tenantName } = await findOpenInvitation(environment, linkPath.slice("/invitation/".length));
  const letter = writeLetter({
    subject: `${tenantName} invites you to Milepost`,
    paragraphs: [`${actor.name} invites you to work for ${tenantName} in Milepost, its billing software.`],
    heading: `Join ${tenantName}`,
    url: origin + linkPath,
    after: [
      `The link works once, for ${invitationDays} days.`,
      "If you do not know who this is from, do nothing. Do not pass this mail on.",
    ],
  });
  await withSystem(
    environment.database,
    (db) => queueAccountMail(environment, db, { email, kind: "member.invite", ...letter }),
  );
}

/** 22 characters that name the tenant, by which the link finds its invitation, and 256 random bits. */
function newLink(tenantId: string): { token: string; tokenHash: Uint8Array } {
  const token = Buffer.from(tenantId.replaceAll("-", ""), "hex").toString("base64url") + newToken();
  return { token, tokenHash: hashToken(token) };
}

function tenantOf(token: string): string {
  if (!/^[\w-]{65}$/.test(token)) throw milepostError("LinkExpired");
  const hex = Buffer.from(token.slice(0, 22), "base64url").toString("hex");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** What the page of an invitation says. */
export interface OpenInvitation {
  tenantId: string;
  tenantName: string;
  email: string;
  roles: string[];
  /** Who sent it, if that was a person who is still there. */
  inviter: string | null;
}

/** The invitation of a link. Looking does not use it up: mail scanners open links too. Throws `LinkExpired`. */
export async function findOpenInvitation(environment: Environment, token: string): Promise<OpenInvitation> {
  const tenantId = tenantOf(token);
  const found = await withTenant(
    environment.database,
    tenantId,
    (db) => findInvitationOf(db, hashToken(token), environment.clock.now()),
    { readOnly: true },
  );
  if (!found) throw milepostError("LinkExpired");
  const { tenantName, email, inviter } = found;
  return { tenantId, tenantName, email, inviter, roles: roleNames(found) };
}

/** What a company's own provider says of someone counts in that company alone. */
export const vouchedForElsewhere =
  "You signed in by your company. Sign out, open this link again, and sign in another way.";

/**
 * Joins as someone who is signed in: the tenant is then the active one of their session, whose new secret it gives.
 * Throws `LinkExpired`, and `NotPermitted` for an invitation to another address or a session of one tenant.
 */
export async function joinSignedIn(
  environment: Environment,
  token: string,
  person: { id: string; name: string; email: string; sessionToken: string; isOfOneTenant: boolean },
): Promise<string> {
  if (person.isOfOneTenant) throw milepostError("NotPermitted", { message: vouchedForElsewhere });
  const tenantId = await join(environment, token, person);
  return await switchTenant(environment, person.sessionToken, tenantId);
}

/**
 * Joins as someone who is new to this installation, and gives the secret of their session. Throws `LinkExpired`,
 * `InvalidInput` for the name or the password, or where the address has an account: its owner signs in first.
 */
export async function joinNew(
  environment: Environment,
  token: string,
  input: { name: string; password: string; userAgent: string },
): Promise<string> {
  const { email } = await findOpenInvitation(environment, token);
  const name = readText("name", input.name, "Amira Haddad", longestName);
  const rule = passwordProblem(input.password, { email, name });
  // The value is left out on purpose: a password is never written back or logged.
  if (rule) throw milepostError("InvalidInput", { message: rule, fields: [{ field: "password", rule }] });
  const passwordHash = await hashPassword(input.password);
  const id = await withSystem(environment.database, (db) => insertUser(db, { email, name, passwordHash }));
  if (id === undefined) {
    const message = `${email} has an account already. Sign in with it, then open this link again.`;
    throw milepostError("InvalidInput", { message, fields: [{ rule: message }] });
  }
  await join(environment, token, { id, name, email });
  const now = environment.clock.now();
  return await withSystem(
    environment.database,
    (db) => openSession(db, id, input.userAgent, now, ["password"]),
  );
}

async function join(
  environment: Environment,
  token: string,
  { id, name, email }: { id: string; name: string; email: string },
): Promise<string> {
  const tenantId = tenantOf(token);
  const tokenHash = hashToken(token);
  const now = environment.clock.now();
  const found = await withTenant(
    environment.database,
    tenantId,
    (db) => findInvitationOf(db, tokenHash, now),
    {
      readOnly: true,
    },
  );
  if (!found) throw milepostError("LinkExpired");
  const actor = { kind: "user", id, name, ...rightsOf(found.roles, found.customRoles) } as const;
  await execute(environment, acceptInvitation, { tenantId, actor }, { tokenHash, userId: id, email });
  return tenantId;
}

function requireOwnAddress(invitation: { email: string }, email: string): void {
  if (invitation.email === email) return;
  throw milepostError("NotPermitted", {
    message: `This invitation is for ${invitation.email}. Sign out, and sign in with that address.`,
  });
}
