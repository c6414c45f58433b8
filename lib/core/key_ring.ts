/** A key ring whose keys are at hand: it wraps a data key by AES-256-GCM, with the id of the wrapping key bound in. */
import { randomBytes } from "node:crypto";
import { decryptAesGcm, encryptAesGcm, keyBytes, nonceBytes } from "./aes_gcm.ts";
import { type KeyRing, unreadable, type WrappedKey } from "./secrets.ts";

/** The keys of a ring, as bytes of 32; the last one is active. */
export type RingKeys = readonly { readonly id: string; readonly key: Uint8Array }[];

/** A ring over keys that `read` gives each time, so that a rotation is seen while the process runs. It gives at least one. */
export function keyRing(read: () => RingKeys): KeyRing {
  const wrapUnder = ({ id, key }: RingKeys[number], dataKey: Uint8Array): WrappedKey => {
    const nonce = randomBytes(nonceBytes);
    return { keyId: id, wrapped: Buffer.concat([nonce, encryptAesGcm(key, nonce, dataKey, bound(id))]) };
  };
  const active = () => read().at(-1)!;
  const unwrap = ({ keyId, wrapped }: WrappedKey): Uint8Array => {
    const found = read().find(({ id }) => id === keyId);
    if (!found) {
      throw unreadable(
        `The key "${keyId}" is not in the key file of this process, so what it sealed cannot be read. ` +
          "Put the key file back that has it.",
      );
    }
    const nonce = wrapped.subarray(0, nonceBytes);
    const plain = nonce.length === nonceBytes &&
      decryptAesGcm(found.key, nonce, wrapped.subarray(nonceBytes), bound(keyId));
    if (!plain) throw unreadable();
    return plain;
  };
  return {
    newDataKey() {
      const plain = randomBytes(keyBytes);
      return Promise.resolve({ ...wrapUnder(active(), plain), plain });
    },
    // Async functions, so that what they throw is a rejection as from any other ring.
    unwrap: async (key) => await unwrap(key),
    activeKeyId: async () => await active().id,
    rewrap: async (keys) => await keys.map((key) => wrapUnder(active(), unwrap(key))),
  };
}

function bound(keyId: string): Uint8Array {
  return new TextEncoder().encode(`milepost data key under ${keyId}`);
}
