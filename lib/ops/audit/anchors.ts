/** The auditor holds the audit trail against its anchors: each must be signed by the business's key and name a seal that still stands. */
import { createPrivateKey, createPublicKey, verify } from "node:crypto";
import type { Database } from "../../../db/database.ts";
import { listAnchoredSequences, listAnchorKeys, listSealHashes } from "../../../db/queries/audit_anchor.ts";
import type { Breach, Finding } from "../../../db/queries/audit_checks.ts";
import { withTenant } from "../../../db/tenant.ts";
import { canonicalJson } from "../../core/json.ts";
import type { Secrets } from "../../core/secrets.ts";

/** What the auditor needs to hear the anchors: where they are kept, and the keys. */
export interface AnchorWitness {
  secrets: Secrets;
  store: { list(tenantId: string): Promise<{ name: string; text: string }[]> };
}

interface ReadAnchor {
  name: string;
  tenant: string;
  sequence: bigint;
  hash: string;
  key: string;
  /** What was signed. */
  said: string;
  signature: Uint8Array;
}

/** Looks at every anchor of a tenant; those that are recorded but not kept any more are breaches too. */
export async function findBrokenAnchors(
  database: Database,
  witness: AnchorWitness,
  tenantId: string,
): Promise<Finding> {
  const files = await witness.store.list(tenantId);
  const anchors = files.map(({ name, text }) => ({ name, anchor: readAnchor(name, text) }));
  const sequences = anchors.flatMap(({ anchor }) => anchor ? [anchor.sequence] : []);
  const { keys, seals, recorded } = await withTenant(database, tenantId, async (db) => {
    const [keys, seals, recorded] = await Promise.all([
      listAnchorKeys(db),
      listSealHashes(db, sequences),
      listAnchoredSequences(db),
    ]);
    return { keys, seals, recorded };
  }, { readOnly: true, isolation: "repeatable read" });
  // The public half stands beside in the open; only the sealed one proves itself.
  const publicKeys = new Map<string, Uint8Array>();
  for (const { id, privateKeySealed } of keys) {
    const privateKey = await witness.secrets.open(
      { tenantId, record: `audit_anchor_key:${id}` },
      privateKeySealed,
    );
    publicKeys.set(id, publicHalf(privateKey));
  }
  const breaches: Breach[] = anchors.flatMap(({ name, anchor }) => {
    const problem = anchor
      ? judge(anchor, tenantId, publicKeys, seals)
      : "unreadable: this file is no anchor";
    return problem ? [{ tenant: tenantId, anchor: name, problem }] : [];
  });
  const kept = new Set(sequences);
  for (const sequence of recorded.filter((sequence) => !kept.has(sequence))) {
    breaches.push({
      tenant: tenantId,
      sequence,
      problem: "missing: this anchor is not where anchors are kept",
    });
  }
  return { count: files.length, breaches };
}

function judge(
  anchor: ReadAnchor,
  tenantId: string,
  publicKeys: ReadonlyMap<string, Uint8Array>,
  seals: ReadonlyMap<bigint, Uint8Array>,
): string | undefined {
  const publicKey = publicKeys.get(anchor.key);
  if (!publicKey || anchor.tenant !== tenantId || !isSigned(anchor, publicKey)) {
    return "forged: it is not signed by a key of this business";
  }
  const hash = seals.get(anchor.sequence);
  if (!hash) return `truncated: the audit trail ends before its seal ${anchor.sequence}`;
  return hash.toHex() === anchor.hash ? undefined : `rewritten: seal ${anchor.sequence} is another one now`;
}

function readAnchor(name: string, text: string): ReadAnchor | undefined {
  try {
    const { signature, ...said } = JSON.parse(text);
    const { format, tenant, sequence, hash, key } = said;
    if (format !== "milepost audit anchor 1" || !/^\d{1,18}$/.test(sequence)) return undefined;
    const bytes = Uint8Array.fromBase64(signature);
    return {
      name,
      tenant,
      sequence: BigInt(sequence),
      hash,
      key,
      said: canonicalJson(said),
      signature: bytes,
    };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

function publicHalf(privateKey: Uint8Array): Uint8Array {
  const key = createPrivateKey({ key: Buffer.from(privateKey), format: "der", type: "pkcs8" });
  return createPublicKey(key).export({ type: "spki", format: "der" });
}

function isSigned({ said, signature }: ReadAnchor, publicKey: Uint8Array): boolean {
  const key = createPublicKey({ key: Buffer.from(publicKey), format: "der", type: "spki" });
  return verify(null, Buffer.from(said), key, signature);
}
