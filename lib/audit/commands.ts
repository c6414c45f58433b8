/** Commands of the audit trail about itself: its keys, its anchors, and what came out when it was verified. */
import {
  insertAnchor,
  insertAnchorKey,
  insertVerification,
  type VerificationScope,
} from "../../db/queries/audit_anchor.ts";
import { actorKey } from "../core/actor.ts";
import { defineCommand } from "../core/command.ts";
import type { Json } from "../core/json.ts";
import type { ExportFormat } from "./export.ts";

export interface NewAnchorKey {
  id: string;
  publicKey: Uint8Array;
  privateKeySealed: Uint8Array;
}

export const addAnchorKey = defineCommand({
  name: "audit.add_anchor_key",
  capability: "audit.read",
  subject: (input: NewAnchorKey) => ({ type: "audit_anchor_key", id: input.id }),
  detail: ({ publicKey }) => ({ publicKey: publicKey.toBase64() }),
  async run({ db }, input) {
    await insertAnchorKey(db, input);
    return null;
  },
});

export interface AnchorRecord {
  sequence: bigint;
  hash: Uint8Array;
  keyId: string;
  /** As it stands in the file. */
  document: string;
}

export const recordAnchor = defineCommand({
  name: "audit.anchor",
  capability: "audit.read",
  subject: ({ sequence }: AnchorRecord) => ({ type: "audit_anchor", id: String(sequence) }),
  detail: ({ sequence, hash }) => ({ sequence: String(sequence), hash: hash.toHex() }),
  async run({ db, now }, { sequence, keyId, document }) {
    return { isNew: await insertAnchor(db, { sequence, keyId, document, anchoredAt: now }) };
  },
});

export interface VerificationRecord {
  scope: VerificationScope;
  /** How many things were looked at. */
  lookedAt: number;
  /** Each with the rule that it breaks; none means that all holds. */
  breaches: readonly Json[];
}

export const recordVerification = defineCommand({
  name: "audit.verify",
  capability: "audit.read",
  subject: (_: VerificationRecord, { id }: { id: string }) => ({ type: "audit_verification", id }),
  detail: ({ scope, lookedAt, breaches }) => ({ scope, lookedAt, breaches: breaches.length }),
  async run({ db, actor, now }, { scope, lookedAt, breaches }) {
    const id = await insertVerification(db, {
      scope,
      ok: breaches.length === 0,
      lookedAt: BigInt(lookedAt),
      breaches,
      verifiedBy: actorKey(actor),
      verifiedAt: now,
    });
    return { id };
  },
});

export interface ExportRecord {
  format: ExportFormat;
  /** The first and the last day, or null. */
  from: string | null;
  to: string | null;
}

/** Written before the first byte leaves. */
export const recordExport = defineCommand({
  name: "audit.export",
  capability: "audit.read",
  subject: (input: ExportRecord) => ({ type: "audit_export", id: input.format }),
  run: () => Promise.resolve(null),
});

/** Evidence for auditors goes out; written before it does. */
export const recordEvidenceExport = defineCommand({
  name: "evidence.export",
  capability: "audit.read",
  subject: (_: { from: string; to: string }) => ({ type: "evidence", id: "evidence" }),
  run: () => Promise.resolve(null),
});

/** What these commands write says nothing that needs another anchor. */
export const ownCommands: readonly string[] = [addAnchorKey.name, recordAnchor.name, recordVerification.name];
