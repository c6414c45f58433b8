/**
 * How many requests someone may send in a time: the generic cell rate algorithm (GCRA), counted in this process or in a Redis that
 * several share. Whoever kept still may send a whole quota at once; after that one more comes free at every even step of the
 * window. A Redis that does not answer is replaced by this process, so that it never shuts everybody out.
 */
import { Redis } from "@upstash/redis";
import { LRUCache } from "lru-cache";

/** So many requests in so many seconds. */
export interface Quota {
  requests: number;
  seconds: number;
}

/** Whose requests are counted together, and how many of them may come. */
export interface Limit {
  /** Stands in answers: `tenant`, `api-key`, `sign-in`. */
  name: string;
  /** What is counted: `tenant/<uuid>`. */
  subject: string;
  quota: Quota;
}

export interface Decision {
  limit: Limit;
  allowed: boolean;
  /** How many more may come now. */
  remaining: number;
  /** Until the whole quota is there again; whole seconds, rounded up. */
  resetSeconds: number;
  /** Until the next request is allowed; 0 if this one was. */
  retryAfterSeconds: number;
}

export interface RateLimiter {
  /** Counts a request and says whether it may go on; one that may not counts for nothing. Never throws. */
  take(limit: Limit): Promise<Decision>;
}

export interface RateLimitSettings {
  redisUrl?: string;
  redisToken?: string;
}

/** The limiter that the settings ask for. */
export function openRateLimiter({ redisUrl, redisToken }: RateLimitSettings): RateLimiter {
  const own = new ProcessRateLimiter();
  return redisUrl && redisToken ? new RedisRateLimiter(redisUrl, redisToken, own) : own;
}

/** State of one subject: when, in microseconds, its quota would be whole again. GCRA calls it the theoretical arrival time. */
interface Step {
  allowed: boolean;
  fullAt: number;
}

/**
 * The steps of a quota and its window, in whole microseconds: parts of one are rounded when they are added, and the last
 * request of a quota would be refused.
 */
function stepsOf({ requests, seconds }: Quota): { interval: number; window: number } {
  const interval = Math.floor(seconds * 1e6 / requests);
  return { interval, window: interval * requests };
}

/** One step of the algorithm, in whole microseconds. */
function step(fullAt: number, now: number, quota: Quota): Step {
  const { interval, window } = stepsOf(quota);
  const next = Math.max(fullAt, now) + interval;
  const allowed = next - window <= now;
  return { allowed, fullAt: allowed ? next : Math.max(fullAt, now) };
}

function describe(limit: Limit, { allowed, fullAt }: Step, now: number): Decision {
  const { interval, window } = stepsOf(limit.quota);
  const untilFull = Math.max(0, fullAt - now);
  return {
    limit,
    allowed,
    remaining: Math.max(0, Math.floor((window - untilFull) / interval)),
    resetSeconds: Math.ceil(untilFull / 1e6),
    // at least one, because a client that waits no time at all comes back too early
    retryAfterSeconds: allowed ? 0 : Math.max(1, Math.ceil((untilFull + interval - window) / 1e6)),
  };
}

/** Subjects that one process remembers; whoever has been away longest is forgotten, which only lets them send more. */
const keptSubjects = 100_000;

export class ProcessRateLimiter implements RateLimiter {
  readonly #fullAt = new LRUCache<string, number>({ max: keptSubjects });
  readonly #now: () => number;

  /** `now` gives microseconds of a clock that never goes back. */
  constructor(now: () => number = () => performance.now() * 1000) {
    this.#now = now;
  }

  take(limit: Limit): Promise<Decision> {
    const now = Math.floor(this.#now());
    const taken = step(this.#fullAt.get(limit.subject) ?? 0, now, limit.quota);
    this.#fullAt.set(limit.subject, taken.fullAt);
    return Promise.resolve(describe(limit, taken, now));
  }
}

/**
 * The same step inside Redis, on its own clock, so that processes need not agree on theirs. A subject is forgotten when its quota is
 * whole.
 */
const script = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
local next = full + interval
if next - window > now then return {0, full, now} end
redis.call('SET', KEYS[1], next, 'PX', math.ceil((next - now) / 1000))
return {1, next, now}`;

/** No request may wait longer for its limit. */
const timeoutMs = 250;
/** After a failure Redis is left alone for so long: not every request should find out anew. */
const restMs = 5_000;

export class RedisRateLimiter implements RateLimiter {
  readonly #redis: Redis;
  readonly #substitute: RateLimiter;
  #restUntilMs = 0;

  constructor(url: string, token: string, substitute: RateLimiter) {
    this.#substitute = substitute;
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

  async take(limit: Limit): Promise<Decision> {
    if (performance.now() < this.#restUntilMs) return await this.#substitute.take(limit);
    const { interval, window } = stepsOf(limit.quota);
    try {
      const [allowed, fullAt, now] = await this.#redis.eval<number[], [number, number, number]>(
        script,
        [`milepost:rate/${limit.subject}`],
        [interval, window],
      );
      return describe(limit, { allowed: Number(allowed) === 1, fullAt: Number(fullAt) }, Number(now));
    } catch (error) {
      if (performance.now() >= this.#restUntilMs) {
        console.error(JSON.stringify({ level: "warning", where: "rate limit", error: String(error) }));
      }
      this.#restUntilMs = performance.now() + restMs;
      return await this.#substitute.take(limit);
    }
  }
}
