/** A tenant, an actor and an environment for tests that run commands. */
import type { Database } from "../../db/database.ts";
import { jsonb } from "../../db/queries/json.ts";
import { withSystem } from "../../db/system.ts";
import { type Actor, capabilities } from "../../lib/core/actor.ts";
import { systemClock } from "../../lib/core/clock.ts";
import { defineCommand, type Environment, type JobReference } from "../../lib/core/command.ts";
import { testSecrets } from "./environment.ts";

export async function insertTestTenant(database: Database, name = "Testwagen AG"): Promise<string> {
  return await withSystem(database, async (db) => {
    const { id } = await db.query.insertInto("tenant").values({ name }).returning("id")
      .executeTakeFirstOrThrow();
    return id;
  });
}

/** May do everything unless told otherwise. */
export function testActor(allowed: Actor["capabilities"] = new Set(capabilities), id = "tester"): Actor {
  return { kind: "cli", id, name: "A tester", capabilities: allowed };
}

/** A person who may do everything, with a proof of who they are that never grows old. */
export function testUser(id: string): Actor {
  return { ...testActor(), kind: "user", id, authenticatedAt: Temporal.Instant.from("9999-01-01T00:00:00Z") };
}

/** Remembers the wake-ups instead of sending them. */
export function testEnvironment(
  database: Database,
): Environment & { woken: JobReference[]; announced: string[] } {
  const woken: JobReference[] = [];
  const announced: string[] = [];
  return {
    database,
    clock: systemClock,
    secrets: testSecrets,
    wake: (jobs) => void woken.push(...jobs),
    announce: (tenantId) => void announced.push(tenantId),
    woken,
    announced,
  };
}

/** A small real command: one vehicle, one event, and one job if asked for. */
export const registerVehicle = defineCommand({
  name: "vehicle.register",
  capability: "vehicles.write",
  subject: (_input: { reference: string; jobKind?: string }, result: { id: string; reference: string }) => ({
    type: "vehicle",
    id: result.id,
  }),
  async run({ db, emit, enqueue }, { reference, jobKind }) {
    const { id } = await db.query.insertInto("vehicle")
      .values({ tenant_id: db.tenantId, reference, plate: reference })
      .returning("id").executeTakeFirstOrThrow();
    emit("vehicle.registered", id, { reference });
    if (jobKind) await enqueue(jobKind, { vehicleId: id });
    return { id, reference };
  },
});

/** What commands of a tenant have left behind. */
export interface Traces {
  /** References of the vehicles, in order. */
  vehicles: string[];
  audited: string[];
  emitted: string[];
  jobs: { id: string; kind: string; state: string; attempt: number; lastError: string | null }[];
  keys: string[];
}

/** Reads what is there at one moment, seen from the system's side. */
export async function readTraces(database: Database, tenantId: string): Promise<Traces> {
  return await withSystem(database, async (db) => {
    const vehicles = await db.query.selectFrom("vehicle").select("reference")
      .where("tenant_id", "=", tenantId).orderBy("reference").execute();
    const audited = await db.query.selectFrom("audit_event").leftJoin(
      "vehicle",
      (join) =>
        join.onRef("vehicle.tenant_id", "=", "audit_event.tenant_id").on(({ eb, ref, cast }) =>
          eb(cast(ref("vehicle.id"), "text"), "=", ref("audit_event.subject_id"))
        ),
    ).select("vehicle.reference").where("audit_event.tenant_id", "=", tenantId)
      .orderBy("vehicle.reference").execute();
    const emitted = await db.query.selectFrom("outbox").select("payload")
      .where("tenant_id", "=", tenantId).execute();
    const jobs = await db.query.selectFrom("job")
      .select(["id", "kind", "state", "attempt", "last_error as lastError"])
      .where("tenant_id", "=", tenantId).orderBy("id").execute();
    const keys = await db.query.selectFrom("idempotency_key").select("key")
      .where("tenant_id", "=", tenantId).orderBy("key").execute();
    return {
      vehicles: vehicles.map(({ reference }) => reference),
      audited: audited.map(({ reference }) => reference ?? "a vehicle that is not there"),
      emitted: emitted.map(({ payload }) => (payload as { reference: string }).reference).sort(),
      jobs,
      keys: keys.map(({ key }) => key),
    };
  }, { isolation: "repeatable read", readOnly: true });
}

/** Writes a job row as a command would, without the command. */
export async function insertTestJob(
  database: Database,
  tenantId: string,
  job: { kind: string; payload?: unknown; priority?: number; maxAttempts?: number },
): Promise<string> {
  return await withSystem(database, async (db) => {
    const { id } = await db.query.insertInto("job").values({
      tenant_id: tenantId,
      kind: job.kind,
      payload: jsonb(job.payload ?? null),
      unique_key: null,
      max_attempts: job.maxAttempts ?? null,
      priority: job.priority ?? 0,
    }).returning("id").executeTakeFirstOrThrow();
    return id;
  });
}

const longestWaitMs = 30_000;

/** Waits until something holds. The limit only ends a test that would hang. */
export async function until(what: () => Promise<boolean> | boolean): Promise<void> {
  const start = performance.now();
  while (!await what()) {
    if (performance.now() - start > longestWaitMs) throw new Error(`This never came to hold: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
