/** Guards the server in production mode: it answers, ends in order, and says in a sentence what keeps it from starting. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startEmbedded } from "../../db/embedded.ts";
import { migrate } from "../../db/migrate.ts";
import { openDatabase } from "../../db/database.ts";
import { withSystem } from "../../db/system.ts";
import { openSession } from "../../lib/auth/sessions.ts";
import { systemClock } from "../../lib/core/clock.ts";
import { createTenant } from "../../lib/tenants/create_tenant.ts";
import { cookieName } from "../../session_cookie.ts";
import { operator } from "../support/app.ts";
import { testDatabase } from "../support/database.ts";
import { inherited, runTool, settingsOf } from "../support/milepost.ts";
import { environmentOf } from "../support/environment.ts";

const database = await testDatabase();
Deno.test.afterAll(database.drop);
const settings = { ...settingsOf(database), MILEPOST_QUEUE_PATH: ":memory:", MILEPOST_PORT: "0" };

const start = (more: Record<string, string>) =>
  runTool(["tools/start.ts"], { settings: { ...settings, ...more } });

interface RunningServer {
  url: string;
  /** Sends the signal and gives the exit code. */
  end(signal?: Deno.Signal): Promise<number>;
}

/** Starts the server as a process of its own and waits for its address. */
async function running(settings: Record<string, string>): Promise<RunningServer> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--no-check", "tools/start.ts"],
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    clearEnv: true,
    env: { ...inherited(), ...settings },
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let said = "";
  for await (
    const text of child.stdout.pipeThrough(new TextDecoderStream()).values({ preventCancel: true })
  ) {
    said += text;
    const url = /Milepost listens on (\S+)\n/.exec(said)?.[1];
    if (url) {
      return {
        url,
        async end(signal = "SIGTERM") {
          child.kill(signal);
          return (await child.status).code;
        },
      };
    }
  }
  throw new Error(`The server ended with code ${(await child.status).code} and said: ${said}`);
}

Deno.test("start answers, is ready, and ends in order on a signal", async () => {
  const server = await running(settings);
  try {
    const page = await fetch(`${server.url}/sign-in`);
    assert.equal(page.status, 200);
    assert.match(await page.text(), /Sign in – Milepost/);
    const ready = await fetch(`${server.url}/health/ready`);
    assert.deepEqual(await ready.json(), {
      ok: true,
      checks: { database: true, migrations: true, queue: true },
    });
    assert.equal((await fetch(`${server.url}/health`)).status, 200);
  } finally {
    assert.equal(await server.end(), 0);
  }
});

Deno.test("a page that listens for events does not hold up the end of the server", async () => {
  const environment = environmentOf(database.database);
  const input = { name: "Calder", adminEmail: "listener@calder.example" };
  const { userId } = await createTenant(environment, operator, input);
  const token = await withSystem(
    environment.database,
    (db) => openSession(db, userId, "test", systemClock.now(), ["password"]),
  );
  const origin = "http://127.0.0.1";
  const server = await running({ ...settings, MILEPOST_ORIGIN: origin });
  const events = await fetch(`${server.url}/events`, {
    headers: { cookie: `${cookieName(origin)}=${token}` },
  });
  assert.equal(events.status, 200);
  const reader = events.body!.getReader();
  assert.equal((await reader.read()).done, false);
  const ended = server.end();
  // A connection that is cut when the time to drain is over would throw here.
  for (let read = await reader.read(); !read.done; read = await reader.read());
  assert.equal(await ended, 0);
});

Deno.test("a worker tells how it is and serves no page", async () => {
  const server = await running({ ...settings, MILEPOST_ROLE: "worker" });
  try {
    assert.equal((await fetch(`${server.url}/health/ready`)).status, 200);
    assert.equal((await fetch(`${server.url}/sign-in`)).status, 404);
  } finally {
    assert.equal(await server.end("SIGINT"), 0);
  }
});

Deno.test("a port in use is named, with the way to another one", async () => {
  const other = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  try {
    const { code, remarks } = await start({ MILEPOST_PORT: String(other.addr.port) });
    assert.equal(code, 1);
    assert.match(remarks, new RegExp(`^Port ${other.addr.port} of 127.0.0.1 is in use.*MILEPOST_PORT=`));
    assert.doesNotMatch(remarks, /\n\s+at /, "no stack");
  } finally {
    other.close();
  }
});

Deno.test("what is not safe, not there or not allowed is refused before anyone can sign in", async () => {
  const cases: [Record<string, string>, RegExp][] = [
    [{ MILEPOST_HOST: "0.0.0.0" }, /passwords would travel in the open.*MILEPOST_ORIGIN/],
    [{ MILEPOST_ORIGIN: "http://billing.calder.example" }, /passwords would travel in the open/],
    [
      { MILEPOST_HOST: "192.0.2.77", MILEPOST_ORIGIN: "https://billing.calder.example" },
      /no address 192\.0\.2\.77/,
    ],
    [
      { MILEPOST_QUEUE_PATH: "/proc/queue/file.kv" },
      /queue file .* could not be opened.*MILEPOST_QUEUE_PATH/,
    ],
    [{ MILEPOST_ROLE: "boss" }, /MILEPOST_ROLE is "boss": Use all, web or worker/],
    [
      { DATABASE_URL: "postgres://milepost_app:wrong@127.0.0.1:1/milepost" },
      /No Postgres answers at 127\.0\.0\.1:1/,
    ],
  ];
  const elsewhere = "postgres://milepost_app:no-one-sees-it@db.internal/milepost";
  cases.push(
    [{ DATABASE_URL: elsewhere }, /DATABASE_URL: Add sslmode=verify-full, because db\.internal is another/],
    [{ DATABASE_SYSTEM_URL: `${elsewhere}?sslmode=require` }, /DATABASE_SYSTEM_URL: Add sslmode=verify-full/],
    [{ DATABASE_OWNER_URL: `${elsewhere}?sslmode=verify-ca` }, /DATABASE_OWNER_URL: Add sslmode=verify-full/],
    [
      { DATABASE_REPLICA_URLS: `${elsewhere}?sslmode=verify-full,${elsewhere}` },
      /DATABASE_REPLICA_URLS: Add/,
    ],
    [
      { MILEPOST_VAULT_ADDR: "http://vault.internal:8200", MILEPOST_VAULT_TOKEN: "hvs.A" },
      /MILEPOST_VAULT_ADDR: Use https/,
    ],
    [
      { UPSTASH_REDIS_REST_URL: "http://redis.internal", UPSTASH_REDIS_REST_TOKEN: "AX0r" },
      /UPSTASH_REDIS_REST_URL: Use https/,
    ],
  );
  for (const [more, said] of cases) {
    const { code, output, remarks } = await start(more);
    assert.equal(code, 1, remarks);
    assert.equal(output, "");
    assert.match(remarks, said);
    assert.doesNotMatch(remarks, /\n\s+at |no-one-sees-it/, "no stack, no password");
  }
  const word = await runTool(["tools/start.ts", "--port=9"], { settings });
  assert.equal(word.code, 2);
});

Deno.test("the demo's data is not served by start", async () => {
  const { code, remarks } = await runTool(["tools/start.ts"], { settings: { MILEPOST_DATA_SET: "demo" } });
  assert.equal(code, 1);
  assert.match(remarks, /demo's data is not for production.*deno task demo/);
});

Deno.test("while Postgres is away people are told so, and when it is back the server goes on by itself", async () => {
  const directory = await Deno.makeTempDir();
  let postgres = await startEmbedded({ name: "test", directory: join(directory, "postgres") });
  try {
    await migrate(postgres.ownerUrl);
    const opened = await openDatabase(postgres);
    const environment = environmentOf(opened);
    const input = { name: "Calder", adminEmail: "amira@calder.example" };
    const { userId } = await createTenant(environment, operator, input);
    const token = await withSystem(
      opened,
      (db) => openSession(db, userId, "test", systemClock.now(), ["password"]),
    );
    await opened.close();

    const { appUrl, systemUrl, ownerUrl } = postgres;
    const server = await running({
      ...settings,
      DATABASE_URL: appUrl,
      DATABASE_SYSTEM_URL: systemUrl,
      DATABASE_OWNER_URL: ownerUrl,
      MILEPOST_ORIGIN: "http://127.0.0.1",
    });
    const headers = { cookie: `${cookieName("http://127.0.0.1")}=${token}`, origin: "http://127.0.0.1" };
    const get = (path: string) => fetch(server.url + path, { headers, redirect: "manual" });
    try {
      assert.equal((await get("/account")).status, 200);
      await postgres.stop();
      const page = await get("/account");
      assert.equal(page.status, 503);
      assert.equal(page.headers.get("retry-after"), "5");
      const words = await page.text();
      assert.match(words, /The database does not answer. Nothing was changed/);
      assert.match(words, /href="\/account"[^>]*>.*Try again/s);
      assert.doesNotMatch(words, /milepost_app|5432|ECONNREFUSED/, "nothing about the inside");
      const sent = await fetch(`${server.url}/account/name`, {
        method: "POST",
        headers,
        body: new URLSearchParams({ name: "Amira" }),
      });
      assert.equal(sent.status, 503);
      assert.match(await sent.text(), /Go back in your browser to find what you typed/);
      assert.equal((await get("/health")).status, 200, "alive, so nobody restarts it");
      const ready = await get("/health/ready");
      assert.equal(ready.status, 503);
      assert.equal((await ready.json()).checks.database, false);

      postgres = await startEmbedded({ name: "test", directory: join(directory, "postgres") });
      assert.equal((await get("/account")).status, 200);
      assert.equal((await get("/health/ready")).status, 200);
    } finally {
      assert.equal(await server.end(), 0);
    }
  } finally {
    await postgres.stop();
    await Deno.remove(directory, { recursive: true });
  }
});
