/**
 * A cache of texts by tenant and name, in this process or in a Redis that several share. It may lose anything at any time and
 * never decides about money. A tenant's entries carry the tenant's version: a new version leaves all of them behind at once.
 */
import { Redis } from "@upstash/redis";
import { LRUCache } from "lru-cache";

export interface Cache {
  /** The text under a name, or undefined if there is none, it was left behind, or the cache does not answer. */
  get(tenantId: string, name: string): Promise<string | undefined>;
  /** Keeps a text for at most so long. */
  set(tenantId: string, name: string, text: string, keepMs: number): Promise<void>;
  /** Leaves all entries of a tenant behind, in every process that shares the cache. */
  invalidate(tenantId: string): Promise<void>;
}

export interface CacheSettings {
  /** Memory for the cache of this process. */
  cacheSize: number;
  redisUrl?: string;
  redisToken?: string;
}

/** The cache that the settings ask for. */
export function openCache({ cacheSize, redisUrl, redisToken }: CacheSettings): Cache {
  return redisUrl && redisToken
    ? new RedisCache(redisUrl, redisToken)
    : new ProcessCache(cacheSize * 1_000_000);
}

/** Least recently used entries go first once the bytes are used up. */
export class ProcessCache implements Cache {
  readonly #entries: LRUCache<string, string>;
  readonly #versions = new Map<string, number>();

  constructor(bytes: number) {
    this.#entries = new LRUCache({
      maxSize: bytes,
      // two bytes a character, and what the entry itself takes
      sizeCalculation: (text, key) => 2 * (text.length + key.length) + 100,
    });
  }

  get(tenantId: string, name: string): Promise<string | undefined> {
    return Promise.resolve(this.#entries.get(this.#key(tenantId, name)));
  }

  set(tenantId: string, name: string, text: string, keepMs: number): Promise<void> {
    this.#entries.set(this.#key(tenantId, name), text, { ttl: keepMs });
    return Promise.resolve();
  }

  invalidate(tenantId: string): Promise<void> {
    this.#versions.set(tenantId, this.#version(tenantId) + 1);
    return Promise.resolve();
  }

  #version(tenantId: string): number {
    return this.#versions.get(tenantId) ?? 0;
  }

  #key(tenantId: string, name: string): string {
    return `${tenantId}/${this.#version(tenantId)}/${name}`;
  }
}

/** A version outlives every entry that it names. */
const longestKeepMs = 24 * 3_600_000;
/** A page must not wait for its cache. */
const timeoutMs = 500;

/** A Redis over HTTP. One that does not answer is an empty cache, so pages are slower and never wrong. */
export class RedisCache implements Cache {
  readonly #redis: Redis;

  constructor(url: string, token: string) {
    this.#redis = new Redis({
      url,
      token,
      automaticDeserialization: false,
      enableTelemetry: false,
      enableAutoPipelining: false,
      responseEncoding: false,
      retry: false,
      signal: () => AbortSignal.timeout(timeoutMs),
    });
  }

  async get(tenantId: string, name: string): Promise<string | undefined> {
    return await orNothing(async () => {
      const found = await this.#redis.get<string>(await this.#key(tenantId, name));
      return found ?? undefined;
    });
  }

  async set(tenantId: string, name: string, text: string, keepMs: number): Promise<void> {
    const px = Math.max(1, Math.round(Math.min(keepMs, longestKeepMs)));
    await orNothing(async () => {
      await this.#redis.set(await this.#key(tenantId, name), text, { px });
    });
  }

  async invalidate(tenantId: string): Promise<void> {
    await orNothing(async () => {
      await this.#redis.incr(versionKey(tenantId));
    });
  }

  async #key(tenantId: string, name: string): Promise<string> {
    const version = await this.#redis.get<string>(versionKey(tenantId)) ?? "0";
    return `milepost:${tenantId}/${version}/${name}`;
  }
}

function versionKey(tenantId: string): string {
  return `milepost:version/${tenantId}`;
}

/** What the cache answers, or undefined when it does not: the caller then does the work itself. */
async function orNothing<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    console.error(JSON.stringify({ level: "warning", where: "cache", error: String(error) }));
    return undefined;
  }
}
