/** Settings: defaults, and one sentence for each that is unknown, malformed or alone. */
import assert from "node:assert/strict";
import { describeConfig, loadConfig } from "./config.ts";
import { isMilepostError, type MilepostError } from "./errors.ts";

function refusal(environment: Record<string, string>): MilepostError {
  try {
    loadConfig(environment);
  } catch (error) {
    if (isMilepostError(error, "InvalidSetting")) return error;
    throw error;
  }
  throw new assert.AssertionError({ message: `${JSON.stringify(environment)} was accepted.` });
}

Deno.test("without any setting the defaults hold, and an empty one counts as left out", () => {
  const config = loadConfig({ MILEPOST_PORT: "", PATH: "/usr/bin" });
  assert.equal(config.port, 8000);
  assert.equal(config.host, "127.0.0.1");
  assert.equal(config.role, "all");
  assert.equal(config.databaseUrl, undefined);
  assert.deepEqual(config.databaseReplicaUrls, []);
});

Deno.test("settings are read as what they are", () => {
  const config = loadConfig({
    DATABASE_URL: "postgres://app:secret@db/milepost",
    DATABASE_SYSTEM_URL: "postgres://system:secret@db/milepost",
    DATABASE_REPLICA_URLS: "postgres://a@one/m, postgresql://a@two/m",
    MILEPOST_PORT: "0",
    MILEPOST_ROLE: "worker",
    MILEPOST_ORIGIN: "https://billing.example.com/",
    UPSTASH_REDIS_REST_URL: "http://127.0.0.1:8079",
    UPSTASH_REDIS_REST_TOKEN: "token",
    MILEPOST_TEST_SEED: "7",
  });
  assert.equal(config.port, 0);
  assert.equal(config.role, "worker");
  assert.equal(config.origin, "https://billing.example.com");
  assert.deepEqual(config.databaseReplicaUrls, ["postgres://a@one/m", "postgresql://a@two/m"]);
});

Deno.test("a value that is not allowed ends in a sentence with name, value, rule and example", () => {
  const malformed: Record<string, string[]> = {
    MILEPOST_PORT: ["http", "-1", "65536", "8000.5", " 8000"],
    MILEPOST_POOL_SIZE: ["0", "ten", "501"],
    MILEPOST_ROLE: ["All", "webworker"],
    MILEPOST_ORIGIN: ["billing.example.com", "ftp://example.com", "https://example.com/path"],
    MILEPOST_HOST: ["http://localhost", "a b"],
    UPSTASH_REDIS_REST_URL: ["redis://localhost", "localhost:8079"],
  };
  for (const [name, values] of Object.entries(malformed)) {
    for (const value of values) {
      const { message, fields } = refusal({ [name]: value });
      assert.match(message, new RegExp(`^${name} is "`), value);
      assert.ok(
        message.includes(`"${value}"`) && message.includes("Use ") && message.includes("For example "),
      );
      assert.equal(fields[0].field, name);
    }
  }
});

Deno.test("a password or token is never shown", () => {
  const secret = "hunter2";
  const { message, fields } = refusal({
    DATABASE_URL: `mysql://app:${secret}@db/milepost`,
    DATABASE_SYSTEM_URL: secret,
  });
  assert.match(message, /DATABASE_URL has a value that is not allowed/);
  assert.ok(!JSON.stringify([message, fields]).includes(secret));
  assert.ok(!JSON.stringify(describeConfig({ UPSTASH_REDIS_REST_TOKEN: secret })).includes(secret));
});

Deno.test("an unknown setting is refused and the known ones are named", () => {
  const { message } = refusal({ MILEPOST_PROT: "8000" });
  assert.match(message, /^MILEPOST_PROT: There is no such setting\..*MILEPOST_PORT/);
});

Deno.test("settings that need each other are asked for together", () => {
  assert.match(refusal({ DATABASE_URL: "postgres://a@b/c" }).message, /^DATABASE_SYSTEM_URL: Set it too/);
  assert.match(
    refusal({ UPSTASH_REDIS_REST_URL: "https://e.com" }).message,
    /^UPSTASH_REDIS_REST_TOKEN: Set it too/,
  );
});

Deno.test("all problems are told at once", () => {
  assert.equal(
    refusal({ MILEPOST_PORT: "x", MILEPOST_ROLE: "y", MILEPOST_Z: "z" }).message.split("\n").length,
    3,
  );
});

Deno.test("the description lists every setting with its default and what is set", () => {
  const rows = describeConfig({ MILEPOST_PORT: "9000" });
  assert.deepEqual(rows.find(({ name }) => name === "MILEPOST_PORT"), {
    name: "MILEPOST_PORT",
    description: "port to listen on; 0 takes a free one",
    allowed: "Use a whole number from 0 to 65535.",
    default: "8000",
    value: "9000",
  });
});
