/** Anchors a business's audit trail: signs its newest seal, keeps that outside, and then records it. */
import { findAnchorKey, findNewestSeal } from "../../db/queries/audit_anchor.ts";
import { withTenant } from "../../db/tenant.ts";
import { type Environment, execute, type Execution } from "../core/command.ts";
import { newId } from "../core/clock.ts";
import { makeAnchorKeyPair, signAnchor } from "./anchor.ts";
import { addAnchorKey, type NewAnchorKey, recordAnchor } from "./commands.ts";

/** Where anchors are kept, out of reach of whoever owns the database. */
export interface AnchorStore {
  /** Keeps a text under a name, and gives what stands there: a text that was there before stays. */
  keep(tenantId: string, name: string, text: string): Promise<string>;
}

export interface Anchored {
  sequence: bigint;
  hash: Uint8Array;
  /** The name in the store. */
  name: string;
}

/** Undefined where nothing is sealed yet. Throws `SecretsUnavailable`, and what the store throws; then nothing is recorded. */
export async function anchorTrail(
  environment: Environment,
  store: AnchorStore,
  execution: Execution,
): Promise<Anchored | undefined> {
  const { tenantId } = execution;
  const [seal, known] = await withTenant(
    environment.database,
    tenantId,
    (db) => Promise.all([findNewestSeal(db), findAnchorKey(db)]),
    { readOnly: true },
  );
  if (!seal) return undefined;
  const key = known ?? await makeKey(environment, { tenantId, actor: execution.actor });
  const privateKey = await environment.secrets.open(contextOf(tenantId, key.id), key.privateKeySealed);
  const anchoredAt = environment.clock.now();
  const signed = signAnchor(
    { tenantId, ...seal, anchoredAt, keyId: key.id, publicKey: key.publicKey },
    privateKey,
  );
  const name = anchorName(seal.sequence);
  const document = await store.keep(tenantId, name, signed);
  await execute(environment, recordAnchor, execution, { ...seal, keyId: key.id, document });
  return { ...seal, name };
}

/** In the order of the seals, also when files are sorted by name. */
export function anchorName(sequence: bigint): string {
  return `${String(sequence).padStart(12, "0")}.json`;
}

async function makeKey(environment: Environment, execution: Execution): Promise<NewAnchorKey> {
  const { publicKey, privateKey } = makeAnchorKeyPair();
  const id = newId();
  const privateKeySealed = await environment.secrets.seal(contextOf(execution.tenantId, id), privateKey);
  const key = { id, publicKey, privateKeySealed };
  await execute(environment, addAnchorKey, execution, key);
  return key;
}

function contextOf(tenantId: string, keyId: string) {
  return { tenantId, record: `audit_anchor_key:${keyId}` };
}
