/** Ends the server's side of connections at random while many tenants write, and counts what came of every write. */
import assert from "node:assert/strict";
import postgres from "postgres";
import { ConnectionLost, DatabaseUnavailable } from "../../db/errors.ts";
import { withSystem } from "../../db/system.ts";
import { type TenantDb, withTenant } from "../../db/tenant.ts";
import { type TestDatabase, testDatabase } from "../support/database.ts";

const seed = Number(Deno.env.get("MILEPOST_TEST_SEED") ?? crypto.getRandomValues(new Uint32Array(1))[0]);
/** The storm blows until it hit this many transactions, and at least twice as many got through. */
const wantedLosses = Deno.env.get("MILEPOST_TEST_DEEP") === "1" ? 2_000 : 60;

const tenantCount = 6;
const writerCount = 24;

type Outcome = "acknowledged" | "rolled_back" | "unknown";

Deno.test(`termination storm: no row of another tenant, no half of a pair (seed ${seed})`, async () => {
  const test = await testDatabase({ poolSize: 5, systemPoolSize: 2 });
  try {
    const tenants = await makeTenants(test);
    const outcomes = new Map<string, Outcome>();
    const storm = startStorm(test, randomFrom(seed));
    const enough = () => {
      const acknowledged = outcomes.values().filter((outcome) => outcome === "acknowledged").toArray().length;
      const lost = outcomes.size - acknowledged;
      return lost >= wantedLosses && acknowledged >= 2 * wantedLosses;
    };
    const writers = Array.from({ length: writerCount }, async (_, index) => {
      const random = randomFrom(seed + 1 + index);
      while (!enough()) {
        const pair = crypto.randomUUID();
        const tenant = tenants[Math.floor(random() * tenants.length)];
        outcomes.set(pair, await writePair(test, tenant, pair, random));
      }
    });
    const ends = await Promise.allSettled(writers);
    await storm.stop();
    for (const end of ends) if (end.status === "rejected") throw end.reason;
    await judge(test, outcomes);
  } finally {
    await test.drop();
  }
});

async function makeTenants(test: TestDatabase): Promise<string[]> {
  const names = Array.from({ length: tenantCount }, (_, index) => ({ name: `Tenant ${index}` }));
  return await withSystem(test.database, async (db) => {
    const rows = await db.query.insertInto("tenant").values(names).returning("id").execute();
    return rows.map((row) => row.id);
  });
}

/** Ends a random connection of the app role every few milliseconds, whatever it does at the moment. */
function startStorm(test: TestDatabase, random: () => number): { stop: () => Promise<void> } {
  const admin = postgres(test.adminUrl, { max: 1, onnotice: () => {} });
  let blowing = true;
  const ended = (async () => {
    while (blowing) {
      const backends = await admin<{ pid: number }[]>`
        select pid from pg_stat_activity where datname = current_database() and usename = 'milepost_app' order by pid`;
      const victim = backends[Math.floor(random() * backends.length)];
      if (victim) await admin`select pg_terminate_backend(${victim.pid})`;
      await pause(random() * 60);
    }
    await admin.end();
  })();
  return {
    stop: () => {
      blowing = false;
      return ended;
    },
  };
}

/** Writes the two rows of a pair, with pauses, with queries in flight together, and with errors made light of. */
async function writePair(
  test: TestDatabase,
  tenant: string,
  pair: string,
  random: () => number,
): Promise<Outcome> {
  const [swallows, together, idles] = [random() < 0.4, random() < 0.3, random() < 0.7];
  try {
    await withTenant(test.database, tenant, async (db) => {
      const first = writeHalf(db, "outbox", tenant, pair);
      if (!together) await (swallows ? first.catch(() => {}) : first);
      if (idles) await pause(random() * 10);
      const second = writeHalf(db, "audit_event", tenant, pair);
      const both = together ? Promise.all([first, second]) : second;
      await (swallows ? both.catch(() => {}) : both);
      if (swallows) await writeHalf(db, "audit_event", tenant, `${pair} after`).catch(() => {});
    });
    return "acknowledged";
  } catch (error) {
    if (error instanceof ConnectionLost) return error.outcome;
    if (error instanceof DatabaseUnavailable) return "rolled_back"; // Ended while it was being opened.
    throw error;
  }
}

/** The row goes to whatever tenant the transaction has, and says which one it was meant for. */
function writeHalf(
  db: TenantDb,
  table: "outbox" | "audit_event",
  meantFor: string,
  pair: string,
): Promise<unknown> {
  const own = db.sql`nullif(current_setting('app.tenant_id', true), '')::uuid`;
  return table === "outbox"
    ? db
      .sql`insert into outbox (tenant_id, event, subject_id, payload) values (${own}, ${meantFor}, ${pair}, '{}')`
    : db.sql`insert into audit_event (tenant_id, actor, command, subject_type, subject_id, detail)
        values (${own}, ${meantFor}, 'storm', 'pair', ${pair}, '{}')`;
}

async function judge(test: TestDatabase, outcomes: Map<string, Outcome>): Promise<void> {
  const rows = await withSystem(
    test.database,
    (db) =>
      db.sql<{ pair: string; side: string; tenant: string; meant_for: string }[]>`
      select subject_id as pair, 'outbox' as side, tenant_id as tenant, event as meant_for from outbox
      union all select subject_id, 'audit_event', tenant_id, actor from audit_event`,
  );
  const sides = Map.groupBy(rows, (row) => row.pair.split(" ")[0]);
  const strangers = rows.filter((row) => row.tenant !== row.meant_for);
  const wrong = [...outcomes].filter(([pair, outcome]) => {
    const found = new Set((sides.get(pair) ?? []).map((row) => row.side)).size;
    const whole = found === 2 || found === 0;
    return !whole || (outcome === "acknowledged" && found !== 2) ||
      (outcome === "rolled_back" && found !== 0);
  });
  assert.deepEqual(strangers, [], "rows that another tenant got");
  assert.deepEqual(
    wrong,
    [],
    "pairs that are half there, lost after the acknowledgement, or there after a rollback",
  );
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Mulberry32: small, fast, and the same everywhere for one seed. */
function randomFrom(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
