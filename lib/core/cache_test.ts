/** Guards the cache: the same behaviour in the process and in a real Redis over HTTP, and a page that goes on without either. */
import assert from "node:assert/strict";
import { startRedis } from "../../tests/support/redis.ts";
import { type Cache, openCache, ProcessCache, RedisCache } from "./cache.ts";

/** What every cache does. */
async function behaves(cache: Cache, other: Cache = cache): Promise<void> {
  assert.equal(await cache.get("t1", "home"), undefined);
  await cache.set("t1", "home", "<p>ä</p>", 60_000);
  await cache.set("t2", "home", "two", 60_000);
  assert.equal(await other.get("t1", "home"), "<p>ä</p>");
  assert.equal(await other.get("t2", "home"), "two");
  assert.equal(await other.get("t1", "other"), undefined);
  await other.invalidate("t1");
  assert.equal(await cache.get("t1", "home"), undefined);
  assert.equal(await cache.get("t2", "home"), "two");
  await cache.set("t1", "home", "again", 60_000);
  assert.equal(await other.get("t1", "home"), "again");
}

Deno.test("in the process: entries by tenant, all left behind at once", async () => {
  await behaves(new ProcessCache(1_000_000));
});

Deno.test("in the process: what was used least goes first, and what is too old is gone", async () => {
  const cache = new ProcessCache(3_000);
  for (const name of ["a", "b", "c"]) await cache.set("t", name, name.repeat(400), 60_000);
  await cache.get("t", "a");
  await cache.set("t", "d", "d".repeat(400), 60_000);
  assert.equal(await cache.get("t", "b"), undefined);
  assert.equal(await cache.get("t", "a"), "a".repeat(400));
  await cache.set("t", "e", "old", 1);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(await cache.get("t", "e"), undefined);
});

Deno.test("over HTTP: two processes share entries and versions, and entries end", async () => {
  const redis = await startRedis("secret-token");
  try {
    const [one, two] = [new RedisCache(redis.url, "secret-token"), new RedisCache(redis.url, "secret-token")];
    await behaves(one, two);
    const left = Number(await redis.command("PTTL", "milepost:t2/0/home"));
    assert.ok(left > 0 && left <= 60_000, `an entry ends after its time, and this one in ${left} ms`);
  } finally {
    await redis.stop();
  }
});

Deno.test("a Redis that refuses or is away is an empty cache", async () => {
  const redis = await startRedis("secret-token");
  const errors: string[] = [];
  const { error } = console;
  console.error = (text: string) => errors.push(text);
  try {
    const stranger = new RedisCache(redis.url, "wrong");
    await stranger.set("t", "a", "x", 1_000);
    assert.equal(await stranger.get("t", "a"), undefined);
    await redis.stop();
    const away = new RedisCache(redis.url, "secret-token");
    await away.invalidate("t");
    assert.equal(await away.get("t", "a"), undefined);
    assert.equal(errors.length, 4);
  } finally {
    console.error = error;
  }
});

Deno.test("the settings choose", () => {
  assert.ok(openCache({ cacheSize: 1 }) instanceof ProcessCache);
  const redis = { redisUrl: "http://127.0.0.1:1", redisToken: "secret-token" };
  assert.ok(openCache({ cacheSize: 1, ...redis }) instanceof RedisCache);
});
