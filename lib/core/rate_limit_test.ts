/** The limit of requests: the same counting in the process and in a real Redis that two processes share, and without Redis. */
import assert from "node:assert/strict";
import { startRedis } from "../../tests/support/redis.ts";
import {
  type Decision,
  type Limit,
  openRateLimiter,
  ProcessRateLimiter,
  type RateLimiter,
  RedisRateLimiter,
} from "./rate_limit.ts";

function limit(subject: string, requests: number, seconds: number): Limit {
  return { name: "tenant", subject, quota: { requests, seconds } };
}

async function takeMany(limiters: RateLimiter[], limit: Limit, count: number): Promise<Decision[]> {
  return await Promise.all(
    Array.from({ length: count }, (_, index) => limiters[index % limiters.length].take(limit)),
  );
}

function allowedOf(decisions: Decision[]): number {
  return decisions.filter(({ allowed }) => allowed).length;
}

Deno.test("in the process: a quota at once, then one at every step of the window", async () => {
  let now = 50e6;
  const limiter = new ProcessRateLimiter(() => now);
  const four = limit("t1", 4, 2);
  const burst = await takeMany([limiter], four, 6);
  assert.deepEqual(burst.map(({ allowed }) => allowed), [true, true, true, true, false, false]);
  assert.deepEqual(burst.map(({ remaining }) => remaining), [3, 2, 1, 0, 0, 0]);
  assert.deepEqual(burst.map(({ resetSeconds }) => resetSeconds), [1, 1, 2, 2, 2, 2]);
  assert.deepEqual(burst.map(({ retryAfterSeconds }) => retryAfterSeconds), [0, 0, 0, 0, 1, 1]);
  assert.equal((await limiter.take(limit("t2", 4, 2))).allowed, true, "another subject has its own quota");
  now += 0.5e6;
  assert.equal(allowedOf(await takeMany([limiter], four, 3)), 1, "half a second is one step of four in two");
  now += 60e6;
  assert.equal(
    allowedOf(await takeMany([limiter], four, 6)),
    4,
    "keeping still saves up one quota, not more",
  );
});

Deno.test("in the process: at an even pace of the quota nobody is refused, at twice the pace every second one once the quota is used up", async () => {
  for (const [pace, allowed] of [[10_000, 1_000], [5_000, 599]]) {
    let now = 0;
    const limiter = new ProcessRateLimiter(() => now += pace);
    assert.equal(allowedOf(await takeMany([limiter], limit("t", 100, 1), 1_000)), allowed);
  }
});

Deno.test("in the process: whoever kept still gets the whole quota at every moment of the clock, and no more", async () => {
  let now = 831_231.849;
  const limiter = new ProcessRateLimiter(() => now);
  for (let moment = 0; moment < 200; moment++) {
    now += 7_919.123_457;
    for (const requests of [1, 7]) {
      const mine = limit(`${requests} at ${now}`, requests, 60);
      assert.equal(allowedOf(await takeMany([limiter], mine, requests + 1)), requests, mine.subject);
    }
  }
});

Deno.test("a refused request waits as long as it is told, and no longer", async () => {
  let now = 0;
  const limiter = new ProcessRateLimiter(() => now);
  const slow = limit("address", 2, 60);
  await takeMany([limiter], slow, 2);
  const { retryAfterSeconds } = await limiter.take(slow);
  assert.equal(retryAfterSeconds, 30);
  now += 29.9e6;
  assert.equal((await limiter.take(slow)).allowed, false);
  now += 0.1e6;
  assert.equal((await limiter.take(slow)).allowed, true);
});

Deno.test("in Redis: two processes share one quota, and what is whole again is forgotten", async () => {
  const redis = await startRedis();
  try {
    const substitute: RateLimiter = { take: () => Promise.reject(new Error("Redis was not asked.")) };
    const processes = [1, 2].map(() => new RedisRateLimiter(redis.url, redis.token, substitute));
    // an hour for ten: no step of it ends while this test runs
    const ten = limit("t1", 10, 3_600);
    const decisions = await takeMany(processes, ten, 24);
    assert.equal(allowedOf(decisions), 10);
    const remaining = decisions.filter(({ allowed }) => allowed).map(({ remaining }) => remaining);
    assert.deepEqual(remaining.sort((a, b) => a - b), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const last = decisions.at(-1)!;
    assert.ok(last.retryAfterSeconds > 300 && last.retryAfterSeconds <= 360, String(last.retryAfterSeconds));
    assert.equal((await processes[0].take(limit("t2", 10, 3_600))).allowed, true);
    assert.equal(allowedOf(await takeMany(processes, limit("t3", 7, 3_600), 9)), 7);
    const ones = Array.from({ length: 20 }, (_, index) => limit(`one${index}`, 1, 3_600));
    for (const one of ones) assert.equal(allowedOf(await takeMany(processes, one, 2)), 1);
    const left = Number(await redis.command("PTTL", "milepost:rate/t1"));
    assert.ok(left > 3_500_000 && left <= 3_600_000, `${left} ms`);
  } finally {
    await redis.stop();
  }
});

Deno.test("without Redis the process counts by itself, says so once, and refuses nobody within the quota", async () => {
  const redis = await startRedis();
  const lines: string[] = [];
  const { error } = console;
  console.error = (text: string) => lines.push(text);
  try {
    const limiter = openRateLimiter({ redisUrl: redis.url, redisToken: redis.token });
    const ten = limit("t1", 10, 3_600);
    assert.equal(allowedOf(await takeMany([limiter], ten, 4)), 4);
    await redis.stop();
    assert.equal((await limiter.take(ten)).remaining, 9, "it begins anew in this process");
    assert.equal(allowedOf(await takeMany([limiter], ten, 20)), 9);
    assert.equal(lines.length, 1);
    assert.match(lines[0], /"level":"warning","where":"rate limit"/);
  } finally {
    console.error = error;
  }
});

Deno.test("a Redis that fails is left alone for a while", async () => {
  let asked = 0;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => {
    asked++;
    return Response.json({ error: "LOADING" }, { status: 500 });
  });
  const { error } = console;
  console.error = () => {};
  try {
    const url = `http://127.0.0.1:${server.addr.port}`;
    const limiter = openRateLimiter({ redisUrl: url, redisToken: "token" });
    for (let count = 0; count < 5; count++) await limiter.take(limit("t1", 10, 3_600));
    assert.equal(asked, 1);
  } finally {
    console.error = error;
    await server.shutdown();
  }
});

Deno.test("the settings choose", () => {
  assert.ok(openRateLimiter({}) instanceof ProcessRateLimiter);
  assert.ok(
    openRateLimiter({ redisUrl: "http://127.0.0.1:1", redisToken: "token" }) instanceof RedisRateLimiter,
  );
});
