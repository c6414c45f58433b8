/** AES-256-GCM with a 96-bit nonce and the whole 128-bit tag (NIST SP 800-38D): the one cipher of the product, and no other size of anything. */
import { createCipheriv, createDecipheriv } from "node:crypto";

export const keyBytes = 32;
export const nonceBytes = 12;
export const tagBytes = 16;

/** Ciphertext with the tag behind it. A nonce must never come twice under one key. Throws a `RangeError` for a key or a nonce of another size. */
export function encryptAesGcm(
  key: Uint8Array,
  nonce: Uint8Array,
  plain: Uint8Array,
  associated: Uint8Array,
): Uint8Array {
  requireSizes(key, nonce);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(associated);
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** The plain bytes, or null where key, nonce, ciphertext, tag or associated data are not those of the encryption. Throws a `RangeError` as above. */
export function decryptAesGcm(
  key: Uint8Array,
  nonce: Uint8Array,
  encrypted: Uint8Array,
  associated: Uint8Array,
): Uint8Array | null {
  requireSizes(key, nonce);
  if (encrypted.length < tagBytes) return null;
  const end = encrypted.length - tagBytes;
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes });
  decipher.setAAD(associated);
  decipher.setAuthTag(encrypted.subarray(end));
  try {
    return Buffer.concat([decipher.update(encrypted.subarray(0, end)), decipher.final()]);
  } catch (_wrongTag) {
    return null;
  }
}

function requireSizes(key: Uint8Array, nonce: Uint8Array): void {
  if (key.length !== keyBytes) throw new RangeError(`A key has ${keyBytes} bytes, not ${key.length}.`);
  if (nonce.length !== nonceBytes) {
    throw new RangeError(`A nonce has ${nonceBytes} bytes, not ${nonce.length}.`);
  }
}
