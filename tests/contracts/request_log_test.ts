/** The log of a server that runs as a process of its own: what guards refused and what failed, with who, when and from where. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { withSystem } from "../../db/system.ts";
import { openSession } from "../../lib/auth/sessions.ts";
import { systemClock } from "../../lib/core/clock.ts";
import { createTenant } from "../../lib/tenants/create_tenant.ts";
import { addMember } from "../../lib/tenants/members.ts";
import { cookieName } from "../../session_cookie.ts";
import { operator } from "../support/app.ts";
import { until } from "../support/command.ts";
import { testDatabase } from "../support/database.ts";
import { environmentOf } from "../support/environment.ts";
import { inherited, settingsOf } from "../support/milepost.ts";

const database = await testDatabase();
Deno.test.afterAll(database.drop);
const origin = "http://127.0.0.1";

/** Every line that standard error had so far. */
async function startServer() {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--no-check", "tools/start.ts"],
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    clearEnv: true,
    env: {
      ...inherited(),
      ...settingsOf(database),
      MILEPOST_QUEUE_PATH: ":memory:",
      MILEPOST_PORT: "0",
      MILEPOST_ORIGIN: origin,
      MILEPOST_SIGN_IN_REQUESTS: "1",
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let said = "", logged = "";
  const reading = [
    child.stdout.pipeThrough(new TextDecoderStream()).pipeTo(
      new WritableStream({ write: (t) => void (said += t) }),
    ),
    child.stderr.pipeThrough(new TextDecoderStream()).pipeTo(
      new WritableStream({ write: (t) => void (logged += t) }),
    ),
  ];
  await until(() => Promise.resolve(/Milepost listens on \S+\n/.test(said)));
  return {
    url: /Milepost listens on (\S+)\n/.exec(said)![1],
    lineOf: async (requestId: string): Promise<Record<string, unknown>> => {
      await until(() => Promise.resolve(logged.includes(requestId)));
      return JSON.parse(logged.split("\n").find((line) => line.includes(requestId))!);
    },
    logged: () => logged,
    async end() {
      child.kill("SIGTERM");
      await child.status;
      await Promise.all(reading);
    },
  };
}

Deno.test("refusals for want of a right, tries to get around a guard and unexpected errors are logged", async () => {
  const environment = environmentOf(database.database);
  const { tenantId } = await createTenant(environment, operator, {
    name: "Calder",
    adminEmail: "amira@calder.example",
  });
  const member = { email: "vera@calder.example", roles: ["viewer"] };
  const { userId } = await addMember(environment, { tenantId, actor: operator }, member);
  const token = await withSystem(
    database.database,
    (db) => openSession(db, userId, "test", systemClock.now(), ["password"]),
  );
  const server = await startServer();
  const cookie = `${cookieName(origin)}=${token}`;
  const send = async (path: string, init: RequestInit & { headers?: Record<string, string> } = {}) => {
    const headers = { cookie, origin, ...init.headers };
    const answer = await fetch(server.url + path, { redirect: "manual", ...init, headers });
    await answer.body?.cancel();
    return { status: answer.status, line: await server.lineOf(answer.headers.get("x-request-id")!) };
  };
  const post = (headers: Record<string, string> = {}) => ({
    method: "POST",
    headers,
    body: new URLSearchParams({ name: "Depot", email: "a@b.example", password: "guess" }),
  });
  try {
    const known = { actor: `user:${userId}`, tenantId, level: "warning", what: "refused" };
    const unright = await send("/customers/import?search=private", post());
    assert.equal(unright.status, 403);
    assert.match(String(unright.line.at), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const { actor, tenantId: where, level, what, request, code, address } = unright.line;
    assert.deepEqual({ actor, tenantId: where, level, what }, known);
    assert.deepEqual({ request, code, address }, {
      request: "POST /customers/import",
      code: "not_permitted",
      address: "127.0.0.1",
    });

    const foreign = await send("/sign-out", post({ origin: "https://evil.example" }));
    assert.deepEqual([foreign.status, foreign.line.code], [403, "foreign_origin"]);
    const wrongKey = await send("/api/v1/usage-events", { ...post({ authorization: "Bearer mp_guess" }) });
    assert.deepEqual([wrongKey.status, wrongKey.line.code], [401, "not_signed_in"]);
    const unreadable = await send("/account/name", {
      method: "POST",
      headers: { "content-type": "text/xml" },
      body: "<a/>",
    });
    assert.deepEqual([unreadable.status, unreadable.line.code], [400, "malformed_request"]);
    const guess = () => send("/sign-in", post({ cookie: "" }));
    assert.equal((await guess()).status, 401, "one a minute may come, and fails by its password");
    const often = await guess();
    assert.deepEqual([often.status, often.line.code, often.line.actor], [
      429,
      "too_many_requests",
      undefined,
    ]);

    const admin = postgres(database.adminUrl, { max: 1, fetch_types: false });
    try {
      await admin`alter table vehicle rename to vehicle_elsewhere`;
      const broken = await send("/vehicles");
      assert.deepEqual([broken.status, broken.line.level, broken.line.request], [
        500,
        "error",
        "GET /vehicles",
      ]);
      assert.match(String(broken.line.error), /relation "vehicle" does not exist[\s\S]*\n +at /);
    } finally {
      await admin`alter table vehicle_elsewhere rename to vehicle`;
      await admin.end();
    }
    for (const secret of [token, "guess", "private", "vera@calder.example"]) {
      assert.ok(!server.logged().includes(secret), secret);
    }
  } finally {
    await server.end();
  }
});
