/** The wall between tenants at the doors that are no pages: the API, the stream of events, jobs, and the command line. */
import assert from "node:assert/strict";
import { claimJobs, insertJob } from "../../db/queries/job.ts";
import { findNewestTenantPosition } from "../../db/queries/outbox.ts";
import { findUserEmail } from "../../db/queries/user.ts";
import { withSystem } from "../../db/system.ts";
import { withTenant } from "../../db/tenant.ts";
import { createApiKey } from "../../lib/auth/api_keys.ts";
import { execute } from "../../lib/core/command.ts";
import { eraseSubject } from "../../lib/privacy/commands.ts";
import { addressOfLink } from "../../lib/invoicing/link/views.ts";
import { tenantEvents } from "../../lib/realtime/stream.ts";
import { createVehicle } from "../../lib/vehicles/commands.ts";
import { handlers } from "../../jobs/handlers/list.ts";
import { milepost, settingsOf } from "../support/milepost.ts";
import { operator } from "../support/app.ts";
import { uuidForm } from "./crawl.ts";
import { openTwoBusinesses } from "./two_businesses.ts";

const both = await openTwoBusinesses();
Deno.test.afterAll(both.stop);
const { seeded: { app, ids, tenantId: otherId }, own, traces } = both;
const { environment } = app;
const asker = { tenantId: own.tenantId, actor: operator };

function tracesIn(text: string, sent = ""): string[] {
  const found = [...new Set(text.match(uuidForm) ?? [])].filter((id) => traces.ids.has(id));
  return [...found, ...traces.words.filter((word) => text.includes(word))].filter((trace) =>
    !sent.includes(trace)
  );
}

Deno.test("a key of the API finds no vehicle and no contract of another business", async () => {
  const { secret } = await createApiKey(environment, asker, {
    name: "Telematics",
    capabilities: ["read", "usage.import"],
  });
  const before = await both.fingerprint(otherId);
  const send = async (path: string, body: unknown) => {
    const answer = await fetch(app.url + path, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return { status: answer.status, text: await answer.text() };
  };
  const event = { id: "e-1", event: "trip", at: "2024-02-01T10:00:00Z", properties: { miles: "10" } };
  for (const subject of [{ vehicle: "V-0001" }, { contract: "K-001" }, { vehicle: ids.vehicle }]) {
    const { status, text } = await send("/api/v1/usage-events", { events: [{ ...event, ...subject }] });
    assert.equal(status, 200);
    assert.doesNotMatch(text, /"accepted":1|"state":"accepted"/, text);
    assert.deepEqual(tracesIn(text, JSON.stringify(subject)), []);
  }
  assert.deepEqual(await both.fingerprint(otherId), before);
});

Deno.test("a key with another business's id written into it opens nothing", async () => {
  const { secret } = await createApiKey(environment, asker, { name: "Telematics", capabilities: ["read"] });
  const { secret: foreign } = await createApiKey(environment, { ...asker, tenantId: otherId }, {
    name: "Telematics",
    capabilities: ["read"],
  });
  const mixed = foreign.slice(0, 25) + secret.slice(25);
  const answer = await fetch(`${app.url}/api/v1/price-previews`, {
    method: "POST",
    headers: { authorization: `Bearer ${mixed}` },
    body: "{}",
  });
  assert.equal(answer.status, 401);
  assert.deepEqual(tracesIn(await answer.text()), []);
});

Deno.test("the link of a customer opens no invoice of another business, whatever ids are written into it", async () => {
  const invoiceId = await withTenant(environment.database, own.tenantId, async (db) => {
    const [{ id }] = await db.sql<{ id: string }[]>`select id from invoice where number is not null limit 1`;
    return id;
  });
  const address = await withTenant(
    environment.database,
    own.tenantId,
    (db) => addressOfLink(db, environment, invoiceId),
  );
  const path = address!.slice(app.origin.length);
  assert.equal((await app.get(path)).status, 200);
  const bytes = Uint8Array.fromBase64(path.slice("/pay/".length), { alphabet: "base64url" });
  const idBytes = (id: string) => Uint8Array.fromHex(id.replaceAll("-", ""));
  const before = await both.fingerprint(otherId);
  for (
    const [tenantId, invoice] of [[otherId, ids.open_invoice], [own.tenantId, ids.open_invoice], [
      otherId,
      invoiceId,
    ]]
  ) {
    const forged = Uint8Array.from([...idBytes(tenantId), ...idBytes(invoice), ...bytes.slice(32)]);
    for (const file of ["", "/pdf"]) {
      const answer = await app.get(`/pay/${forged.toBase64({ alphabet: "base64url" })}${file}`);
      assert.equal(answer.status, 404);
      assert.deepEqual(tracesIn(await answer.text()), []);
    }
  }
  assert.deepEqual(await both.fingerprint(otherId), before);
});

Deno.test("the stream tells only of one's own, also when it is asked for another's thing", async () => {
  const { database } = environment;
  const { xid, id } = await withTenant(database, own.tenantId, findNewestTenantPosition);
  const vehicle = { plate: "AB12 CDE", vin: "", attributes: {} };
  await execute(environment, createVehicle, { ...asker, tenantId: otherId }, {
    ...vehicle,
    reference: "B-NEW",
  });
  await execute(environment, createVehicle, asker, { ...vehicle, reference: "A-NEW" });
  for (const subjectId of [undefined, ids.vehicle, ids.run]) {
    const frames: string[] = [];
    const stream = tenantEvents({
      database,
      tenantId: own.tenantId,
      mayRead: () => Promise.resolve(true),
      capabilities: operator.capabilities,
      lastEventId: `${xid}.${id}`,
      subjectId,
      // An event is told once every transaction that began before its own has ended.
      looks: subjectId === undefined ? 1_000 : 2,
      lookEveryMs: 10,
    });
    for await (const frame of stream) {
      frames.push(frame);
      if (frame.includes("vehicle.created")) break;
    }
    assert.deepEqual(tracesIn(frames.join("")), []);
    assert.equal(frames.join("").includes("vehicle.created"), subjectId === undefined, frames.join(""));
  }
});

Deno.test("a job of one business that names things of another does nothing to them", async () => {
  // the account of a person stands in no tenant's tables, so it is looked at by itself
  const { email, userId } = await app.visitor(otherId, "viewer");
  const asksThere = { ...asker, tenantId: otherId };
  const { requestId } = await execute(environment, eraseSubject, asksThere, {
    subject: "member",
    who: email,
  });
  const before = await both.fingerprint(otherId);
  const payload = {
    requestId,
    runId: ids.waiting_run,
    from: 0,
    to: 100,
    billingEntityId: ids.entity,
    month: "2024-01",
    usageImportId: ids.waiting_import,
  };
  for (const handler of handlers) {
    // before all those that wait already, and under a lease, since without one no effect would stay
    await withTenant(
      environment.database,
      own.tenantId,
      (db) => insertJob(db, { kind: handler.kind, payload, priority: 1_000 }),
    );
    const [job] = await withSystem(environment.database, (db) => claimJobs(db, [handler], 1));
    assert.equal(job.tenantId, own.tenantId);
    // whether it is refused or finds nothing to do, the other business is as it was
    const outcome = await handler.run(environment, job).then(() => "", (error: Error) => error.message);
    assert.doesNotMatch(
      outcome,
      /UNDEFINED_VALUE|longer than its lease/,
      `${handler.kind}: the payload has all that it reads`,
    );
    assert.deepEqual(tracesIn(outcome, JSON.stringify(payload)), [], handler.kind);
  }
  assert.deepEqual(await both.fingerprint(otherId), before);
  assert.equal(await withSystem(environment.database, (db) => findUserEmail(db, userId)), email);
});

Deno.test("the command line, told one business, reaches nothing of another", async () => {
  const before = await both.fingerprint(otherId);
  const settings = settingsOf(app.database);
  const commands = [
    ["run", "--tenant", own.tenantId, "--entity", ids.entity, "--period", "2024-01"],
    ["simulate", "--tenant", own.tenantId, "--plan", ids.plan, "--with", "pool-gbp"],
    ["members", "link", "--tenant", own.tenantId, "viewer@demo.test"],
  ];
  for (const words of commands) {
    const { code, output, remarks } = await milepost(words, { settings });
    assert.notEqual(code, 0, words.join(" "));
    assert.deepEqual(tracesIn(output + remarks, words.join(" ")), [], words.join(" "));
  }
  assert.deepEqual(await both.fingerprint(otherId), before);
});
