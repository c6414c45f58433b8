/** Encrypts and opens the personal values of one tenant in a transaction; the tenant's data key is asked of the key ring once and then kept for minutes. */
import { randomBytes } from "node:crypto";
import { LRUCache } from "lru-cache";
import { keyBytes } from "../lib/core/aes_gcm.ts";
import { milepostError } from "../lib/core/errors.ts";
import { type Secrets, unreadable } from "../lib/core/secrets.ts";
import { decryptValue, encryptValue } from "../lib/core/tenant_cipher.ts";
import { findTenantKey, insertTenantKey } from "./queries/tenant_key.ts";
import type { TransactionSql } from "./sql_binding.ts";

/** Both throw `SecretsUnavailable` while the keys cannot be reached, and `SecretUnreadable` where they are others. */
export interface TenantCipher {
  /** `record` names table, what is encrypted and id, such as `customer.contact:018f…`. */
  encrypt(record: string, value: unknown): Promise<Uint8Array>;
  decrypt(record: string, encrypted: Uint8Array): Promise<unknown>;
}

/** How long a key that was opened stays in memory: a key that is taken from the ring still opens values so long. */
const keptMs = 5 * 60_000;
const keysAtATime = 1_000;

/**
 * The opened data keys of a process, by their sealed bytes: which one is a tenant's stands in its table alone, so one whose transaction
 * was rolled back is never used again.
 */
export class TenantKeys {
  readonly #secrets: Secrets | undefined;
  readonly #opened = new LRUCache<string, Uint8Array>({ max: keysAtATime, ttl: keptMs });

  /** Without secrets, whatever needs a key throws `SecretsUnavailable`. */
  constructor(secrets?: Secrets) {
    this.#secrets = secrets;
  }

  async open(tenantId: string, sealed: Uint8Array): Promise<Uint8Array> {
    const name = `${tenantId} ${
      Buffer.from(sealed.buffer, sealed.byteOffset, sealed.length).toString("hex")
    }`;
    const kept = this.#opened.get(name);
    if (kept) return kept;
    const key = await this.#ring().open(contextOf(tenantId), sealed);
    this.#opened.set(name, key);
    return key;
  }

  /** A new key, sealed. */
  async make(tenantId: string): Promise<Uint8Array> {
    const key = randomBytes(keyBytes);
    const sealed = await this.#ring().seal(contextOf(tenantId), key);
    key.fill(0);
    return sealed;
  }

  #ring(): Secrets {
    if (this.#secrets) return this.#secrets;
    throw milepostError("SecretsUnavailable", {
      message: "This program opened the database without the keys that protect personal data.",
    });
  }
}

function contextOf(tenantId: string) {
  return { tenantId, record: `tenant_key:${tenantId}` };
}

/** The cipher of a tenant on a running transaction: the first value of each direction reads the key, the first of a tenant makes it. */
export function tenantCipher(keys: TenantKeys, sql: TransactionSql, tenantId: string): TenantCipher {
  let key: Promise<Uint8Array> | undefined;
  const read = async (): Promise<Uint8Array | undefined> => {
    const sealed = await findTenantKey(sql, tenantId);
    return sealed && await keys.open(tenantId, sealed);
  };
  const found = async () => await read() ?? keyIsGone();
  const foundOrMade = async () => {
    const there = await read();
    if (there) return there;
    await insertTenantKey(sql, tenantId, await keys.make(tenantId));
    return await found();
  };
  return {
    async encrypt(record, value) {
      return encryptValue(await (key ??= foundOrMade()), { tenantId, record }, value);
    },
    async decrypt(record, encrypted) {
      return decryptValue(await (key ??= found()), { tenantId, record }, encrypted);
    },
  };
}

function keyIsGone(): never {
  throw unreadable("The key of this company's personal data is not in the database, so they cannot be read.");
}
