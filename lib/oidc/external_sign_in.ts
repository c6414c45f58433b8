/**
 * Signing in by the provider of one's company: to the provider and back, and from whom it vouches for to a session. The provider of one
 * tenant can vouch for any address it likes, so such a session is good in that tenant alone.
 */
import { createHmac } from "node:crypto";
import {
  findUserOfIdentity,
  hasIdentityAt,
  insertExternalIdentity,
} from "../../db/queries/external_identity.ts";
import { insertExternalSignIn, takeExternalSignIn } from "../../db/queries/external_sign_in.ts";
import { findMember, isMember, setMembership } from "../../db/queries/membership.ts";
import { findOrInsertUser, findUserByEmail } from "../../db/queries/user.ts";
import { withSystem } from "../../db/system.ts";
import { withTenant } from "../../db/tenant.ts";
import { hashToken, newToken, openSession } from "../auth/sessions.ts";
import type { Actor } from "../core/actor.ts";
import { defineCommand, type Environment, execute } from "../core/command.ts";
import { milepostError } from "../core/errors.ts";
import { type IdentityProvider, loadIdentityProvider } from "./identity_provider.ts";
import {
  ProviderFault,
  readVouchedPerson,
  signInAddress,
  type SignInSecrets,
  type VouchedPerson,
} from "./provider_client.ts";

/** How long someone may take at the provider. Said to browsers too. */
export const awayMinutes = 15;

/** One address for each tenant, so that the answer of one provider is never taken for another's (RFC 9700, section 2.1). */
function callbackAddress(origin: string, tenantId: string): string {
  return `${origin}/sign-in/sso/${tenantId}/callback`;
}

/** Follow from what only this browser holds, so that the database keeps none of them. */
function secretsOf(browser: string, state: string): SignInSecrets {
  const derive = (purpose: string) =>
    createHmac("sha256", browser).update(`${purpose} ${state}`).digest("base64url");
  return { state, nonce: derive("nonce"), codeVerifier: derive("code verifier") };
}

/** Notes that this browser (its secret) leaves for the provider, and gives the page there. Throws `SignInRefused`. */
export async function beginExternalSignIn(
  environment: Environment,
  provider: IdentityProvider,
  { origin, browser, next }: { origin: string; browser: string; next: string },
): Promise<URL> {
  const { tenantId, issuer } = provider;
  const secrets = secretsOf(browser, newToken());
  const address = await signInAddress(environment, provider, callbackAddress(origin, tenantId), secrets)
    .catch(refuseFault);
  const keys = { stateHash: hashToken(secrets.state), browserHash: hashToken(browser) };
  const expiresAt = environment.clock.now().add({ minutes: awayMinutes });
  await withSystem(
    environment.database,
    (db) => insertExternalSignIn(db, { ...keys, tenantId, issuer, next, expiresAt }),
  );
  return address;
}

/** A browser that comes back from a provider. */
export interface Return {
  origin: string;
  tenantId: string;
  /** The query of the address it came back to. */
  query: URLSearchParams;
  /** The secret with which it left. */
  browser: string | null;
  userAgent: string;
}

/** Opens a session for whom the provider vouches, good in its tenant alone. Throws `SignInRefused`. */
export async function finishExternalSignIn(
  environment: Environment,
  { origin, tenantId, query, browser, userAgent }: Return,
): Promise<{ token: string; next: string }> {
  const { database, clock } = environment;
  const state = query.get("state");
  if (!state || !browser) throw refused(begunElsewhere);
  const keys = { stateHash: hashToken(state), browserHash: hashToken(browser) };
  const begun = await withSystem(database, (db) => takeExternalSignIn(db, tenantId, keys, clock.now()));
  const provider = begun && await loadIdentityProvider(environment, tenantId);
  if (!provider || provider.issuer !== begun.issuer) throw refused(begunElsewhere);
  const cameBackTo = new URL(`${callbackAddress(origin, tenantId)}?${query}`);
  const person = await readVouchedPerson(environment, provider, cameBackTo, secretsOf(browser, state))
    .catch(refuseFault);
  const userId = await findKnown(environment, provider, person) ?? await letIn(environment, provider, person);
  const now = clock.now();
  const token = await withSystem(
    database,
    (db) => openSession(db, userId, userAgent, now, ["oidc"], tenantId),
  );
  return { token, next: begun.next };
}

/** Someone who came in before. Issuer and subject are enough, and needed: addresses are given to others. */
async function findKnown(
  { database }: Environment,
  { tenantId }: IdentityProvider,
  person: VouchedPerson,
): Promise<string | undefined> {
  return await withTenant(database, tenantId, async (db) => {
    const userId = await findUserOfIdentity(db, person);
    if (userId !== undefined && !await isMember(db, userId)) throw refused(notInvited);
    return userId;
  }, { readOnly: true });
}

interface Joining {
  userId: string;
  issuer: string;
  subject: string;
  /** Null for someone who is a member already. */
  role: string | null;
}

/** Ties an identity to a person, who becomes a member if they are none yet. */
const tieIdentity = defineCommand<Joining, { userId: string }>({
  name: "member.tie_identity",
  capability: "members.manage",
  subject: ({ userId }) => ({ type: "member", id: userId }),
  async run({ db, now, emit }, { userId, issuer, subject, role }) {
    if (role !== null && !await isMember(db, userId)) {
      await setMembership(db, userId, [role]);
      emit("member.set", userId, { roles: [role] });
    }
    await insertExternalIdentity(db, { issuer, subject, userId, now });
    return { userId };
  },
});

const doorkeeper: Actor = {
  kind: "system",
  id: "single_sign_on",
  name: "Single sign-on",
  capabilities: new Set(["members.manage"]),
};

/** Someone who comes for the first time: known by an address that the provider has checked, of a domain that an admin allowed. */
async function letIn(
  environment: Environment,
  { tenantId, domains, newcomerRole }: IdentityProvider,
  { issuer, subject, email, emailVerified, name }: VouchedPerson,
): Promise<string> {
  if (email === null || !emailVerified) throw refused(unchecked);
  const [, domain] = /^[^\s@<>,;]+@([^\s@<>,;]+)$/.exec(email) ?? [];
  if (domain === undefined || !domains.includes(domain)) throw refused(notInvited);
  const { database } = environment;
  const member = await withTenant(database, tenantId, async (db) => {
    const found = await findMember(db, email);
    // Another account at the provider has the address of someone who came in before: it was given on.
    if (found && await hasIdentityAt(db, issuer, found.userId)) throw refused(notInvited);
    return found;
  }, { readOnly: true });
  const userId = member?.userId ?? await makeNewcomer(environment, { email, name }, newcomerRole);
  const asker = { tenantId, actor: doorkeeper };
  await execute(environment, tieIdentity, asker, {
    userId,
    issuer,
    subject,
    role: member ? null : newcomerRole,
  });
  return userId;
}

/** A person who is new here. Whoever has an account is asked by an invitation: nobody else says yes for them. */
async function makeNewcomer(
  { database }: Environment,
  { email, name }: { email: string; name: string | null },
  newcomerRole: string | null,
): Promise<string> {
  if (newcomerRole === null) throw refused(notInvited);
  return await withSystem(database, async (db) => {
    if (await findUserByEmail(db, email)) throw refused(notInvited);
    return (await findOrInsertUser(db, { email, name: name ?? email.split("@")[0] })).id;
  });
}

const begunElsewhere = "This sign-in is over, or was begun in another browser. Begin it again.";
const notInvited =
  "Your account at the provider cannot come in here. Ask an admin of your company to invite you.";
const unchecked =
  "The provider does not say that it checked your e-mail address. Ask an admin of your company to change that there.";
const cancelled = "The provider did not sign you in. Begin again, or ask an admin of your company.";
const tampered =
  "What the provider answered could not be checked, so nobody was signed in. Begin again; if it stays, tell an admin of your company.";

function refused(message: string): Error {
  return milepostError("SignInRefused", { message });
}

function refuseFault(error: unknown): never {
  if (!(error instanceof ProviderFault)) throw error;
  throw refused(error.isRefusal ? cancelled : tampered);
}
