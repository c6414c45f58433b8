/**
 * Secrets at rest by envelope encryption: every value has a data key of its own, which the key ring wraps. Tenant and
 * record are bound into the ciphertext, so that one that is moved to another row does not open.
 *
 * The bytes say how to read them: version 1, length of the key's id (1 byte), the id, length of the wrapped data key
 * (2 bytes, big-endian), the wrapped data key, a nonce (12 bytes), ciphertext and tag. Only what stands before the
 * nonce changes when a value is wrapped again under a newer key.
 */
import { randomBytes } from "node:crypto";
import { decryptAesGcm, encryptAesGcm, keyBytes, nonceBytes, tagBytes } from "./aes_gcm.ts";
import { milepostError } from "./errors.ts";

/** What a sealed value belongs to. */
export interface SecretContext {
  /** Null for what precedes a tenant. */
  tenantId: string | null;
  /** Table and id, such as `totp_factor:018f…`; the same at `seal` and at `open`. */
  record: string;
}

/** Seals what must not be readable in the database, in a backup or in a copy. */
export interface Secrets {
  /** Throws `SecretsUnavailable` while the keys cannot be reached; then nothing was sealed. */
  seal(context: SecretContext, plain: Uint8Array): Promise<Uint8Array>;
  /** Throws `SecretUnreadable` for bytes that are damaged, belong elsewhere or have a key that is not there, and `SecretsUnavailable`. */
  open(context: SecretContext, sealed: Uint8Array): Promise<Uint8Array>;
}

/** A data key as it is stored: which key of the ring wrapped it, and the bytes that only the ring understands. */
export interface WrappedKey {
  /** 1 to 255 printable characters of ASCII. */
  keyId: string;
  wrapped: Uint8Array;
}

/** Keeps the keys that wrap data keys: one is active, older ones still unwrap. Its methods throw `SecretsUnavailable` or `SecretUnreadable`. */
export interface KeyRing {
  /** A new data key under the active key. */
  newDataKey(): Promise<WrappedKey & { plain: Uint8Array }>;
  unwrap(key: WrappedKey): Promise<Uint8Array>;
  /** The id of the active key. */
  activeKeyId(): Promise<string>;
  /** The same data keys under the active key, in the order given. */
  rewrap(keys: readonly WrappedKey[]): Promise<WrappedKey[]>;
}

const version = 1;

/** The secrets of a process, by a key ring. */
export function envelopeSecrets(ring: KeyRing): Secrets {
  return {
    async seal(context, plain) {
      const { keyId, wrapped, plain: dataKey } = await ring.newDataKey();
      const nonce = randomBytes(nonceBytes);
      const encrypted = encryptAesGcm(dataKey, nonce, plain, associatedWith(context));
      dataKey.fill(0);
      return joinSealed({ keyId, wrapped }, Buffer.concat([nonce, encrypted]));
    },
    async open(context, sealed) {
      const { key, body } = splitSealed(sealed);
      const dataKey = await ring.unwrap(key);
      if (dataKey.length !== keyBytes) throw unreadable();
      const nonce = body.subarray(0, nonceBytes);
      const plain = decryptAesGcm(dataKey, nonce, body.subarray(nonceBytes), associatedWith(context));
      dataKey.fill(0);
      return plain ?? refuseUnreadable();
    },
  };
}

/** Sealed values under the active key of the ring, in the order given; what was encrypted stays as it is. */
export async function rewrapSealed(ring: KeyRing, sealed: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const parts = sealed.map(splitSealed);
  const keys = await ring.rewrap(parts.map(({ key }) => key));
  return parts.map(({ body }, index) => joinSealed(keys[index], body));
}

/** The first bytes of everything that is sealed under a key. */
export function sealedPrefix(keyId: string): Uint8Array {
  const id = new TextEncoder().encode(keyId);
  if (id.length < 1 || id.length > 255) throw new RangeError(`"${keyId}" is no id of a key.`);
  return Buffer.concat([Uint8Array.of(version, id.length), id]);
}

/** For a value that does not open. */
export function unreadable(message?: string): Error {
  return milepostError("SecretUnreadable", { message });
}

function refuseUnreadable(): never {
  throw unreadable();
}

function joinSealed({ keyId, wrapped }: WrappedKey, body: Uint8Array): Uint8Array {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(wrapped.length);
  return Buffer.concat([sealedPrefix(keyId), length, wrapped, body]);
}

function splitSealed(sealed: Uint8Array): { key: WrappedKey; body: Uint8Array } {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.length);
  if (bytes.length < 2 || bytes[0] !== version) throw unreadable();
  const idEnd = 2 + bytes[1];
  if (bytes.length < idEnd + 2) throw unreadable();
  const wrappedEnd = idEnd + 2 + bytes.readUInt16BE(idEnd);
  if (bytes.length < wrappedEnd + nonceBytes + tagBytes) throw unreadable();
  const key = { keyId: bytes.toString("latin1", 2, idEnd), wrapped: bytes.subarray(idEnd + 2, wrappedEnd) };
  return { key, body: bytes.subarray(wrappedEnd) };
}

/** JSON, so that no tenant and record can be written like another two. */
function associatedWith({ tenantId, record }: SecretContext): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(["milepost sealed value", version, tenantId, record]));
}
