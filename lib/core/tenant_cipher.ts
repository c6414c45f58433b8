/**
 * Personal values at rest: JSON under the data key of its tenant, with tenant and record bound into the ciphertext, so that one
 * that is moved to another row does not open. The bytes: version 1, a nonce (12 bytes), ciphertext and tag.
 */
import { randomBytes } from "node:crypto";
import { decryptAesGcm, encryptAesGcm, nonceBytes } from "./aes_gcm.ts";
import { type SecretContext, unreadable } from "./secrets.ts";

const version = 1;

/** Encrypts what JSON can hold. Nonces are random: one key takes 2³² values (NIST SP 800-38D, 8.3), more than a tenant has. */
export function encryptValue(dataKey: Uint8Array, context: SecretContext, value: unknown): Uint8Array {
  const nonce = randomBytes(nonceBytes);
  const plain = new TextEncoder().encode(JSON.stringify(value));
  return Buffer.concat([
    Uint8Array.of(version),
    nonce,
    encryptAesGcm(dataKey, nonce, plain, associatedWith(context)),
  ]);
}

/** What was encrypted. Throws `SecretUnreadable` for bytes that are damaged or belong elsewhere. */
export function decryptValue(dataKey: Uint8Array, context: SecretContext, encrypted: Uint8Array): unknown {
  const body = encrypted.subarray(1 + nonceBytes);
  const nonce = encrypted.subarray(1, 1 + nonceBytes);
  const plain = encrypted[0] === version && nonce.length === nonceBytes
    ? decryptAesGcm(dataKey, nonce, body, associatedWith(context))
    : null;
  if (!plain) throw unreadable();
  return JSON.parse(new TextDecoder().decode(plain));
}

/** JSON, so that no tenant and record can be written like another two. */
function associatedWith({ tenantId, record }: SecretContext): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(["milepost personal value", version, tenantId, record]));
}
