/**
 * An anchor: the number and hash of the newest seal, signed with Ed25519 (RFC 8032) and kept where the owner of the
 * database cannot reach, so that what is taken off the end of the trail is missed. docs/audit_trail.md has the format.
 */
import { createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import { canonicalJson } from "../core/json.ts";

export interface AnchorKeyPair {
  /** 32 bytes. */
  publicKey: Uint8Array;
  /** PKCS #8. */
  privateKey: Uint8Array;
}

export function makeAnchorKeyPair(): AnchorKeyPair {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  return {
    // An Ed25519 key ends its DER form.
    publicKey: new Uint8Array(publicKey.export({ type: "spki", format: "der" }).subarray(-32)),
    privateKey: new Uint8Array(privateKey.export({ type: "pkcs8", format: "der" })),
  };
}

export interface AnchorFacts {
  tenantId: string;
  sequence: bigint;
  hash: Uint8Array;
  anchoredAt: Temporal.Instant;
  keyId: string;
  publicKey: Uint8Array;
}

/** The text of the anchor's file: one JSON object, its signature over the canonical text of all its other members. */
export function signAnchor(facts: AnchorFacts, privateKey: Uint8Array): string {
  const said = {
    format: "milepost audit anchor 1",
    tenant: facts.tenantId,
    sequence: String(facts.sequence),
    hash: facts.hash.toHex(),
    anchoredAt: facts.anchoredAt.toString(),
    key: facts.keyId,
    publicKey: facts.publicKey.toBase64(),
  };
  const key = createPrivateKey({ key: Buffer.from(privateKey), format: "der", type: "pkcs8" });
  const signature = sign(null, Buffer.from(canonicalJson(said)), key).toString("base64");
  return `${JSON.stringify({ ...said, signature })}\n`;
}
