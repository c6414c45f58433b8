/** Guards forms that wait: only the same person on the same browser in the same tenant gets one back, once, for the place it came to. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { testDatabase } from "../../tests/support/database.ts";
import { environmentOf } from "../../tests/support/environment.ts";
import { schedules } from "../../jobs/schedule.ts";
import { findOrInsertUser } from "../../db/queries/user.ts";
import { withSystem } from "../../db/system.ts";
import { insertTestTenant } from "../../tests/support/command.ts";
import { FixedClock } from "../core/clock.ts";
import { discardForm, findHeldForms, heldMinutes, holdForm, takeForm } from "./held_forms.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);

const clock = new FixedClock("2024-03-01T09:00:00Z");
const environment = environmentOf(database, clock);
const path = "/customers/new?from=list";
const form = {
  path,
  contentType: "application/x-www-form-urlencoded",
  body: new TextEncoder().encode("name=Oak+%26+Sons&key=k1"),
};

let people = 0;
async function newPerson(): Promise<string> {
  const email = `person${++people}@calder.example`;
  return (await withSystem(database, (db) => findOrInsertUser(db, { email, name: "Amira" }))).id;
}

/** A form that waits for a new person on a new browser. */
async function heldForm() {
  const userId = await newPerson(), tenantId = await insertTestTenant(database);
  const { id, token } = await holdForm(environment, { token: null, userId, tenantId }, form);
  return { holder: { token, userId, tenantId }, id };
}

/** Changes a row as someone would who has the database. */
async function tamper(id: string, change: { path?: string; body_sealed?: Uint8Array }): Promise<void> {
  await withSystem(
    database,
    (db) => db.query.updateTable("held_form").set(change).where("id", "=", id).execute(),
  );
}

async function sealedOf(id: string): Promise<Uint8Array> {
  return await withSystem(database, async (db) => {
    const found = db.query.selectFrom("held_form").where("id", "=", id).select("body_sealed");
    return (await found.executeTakeFirstOrThrow()).body_sealed;
  });
}

Deno.test("a form comes back as it was sent, once", async () => {
  const { holder, id } = await heldForm();
  assert.deepEqual((await findHeldForms(environment, holder)).map((found) => [found.id, found.path]), [[
    id,
    path,
  ]]);
  assert.deepEqual(await takeForm(environment, holder, { id, path }), form);
  assert.equal(await takeForm(environment, holder, { id, path }), null);
  assert.deepEqual(await findHeldForms(environment, holder), []);
});

Deno.test("of many who ask for it at once, one gets it", async () => {
  const { holder, id } = await heldForm();
  const taken = await Promise.all(
    Array.from({ length: 8 }, () => takeForm(environment, holder, { id, path })),
  );
  assert.equal(taken.filter((found) => found !== null).length, 1);
});

Deno.test("another person, browser, tenant or place does not get it, and it waits on", async () => {
  const { holder, id } = await heldForm();
  const other = await heldForm();
  const wrong = [
    [{ ...holder, userId: other.holder.userId }, path],
    [{ ...holder, token: other.holder.token }, path],
    [{ ...holder, token: null }, path],
    [{ ...holder, tenantId: other.holder.tenantId }, path],
    [holder, "/customers/new"],
    [holder, "/payments/new"],
  ] as const;
  for (const [asking, where] of wrong) {
    assert.equal(
      await takeForm(environment, asking, { id, path: where }),
      null,
      JSON.stringify([asking, where]),
    );
  }
  assert.deepEqual(await findHeldForms(environment, { ...holder, userId: other.holder.userId }), []);
  assert.deepEqual(await findHeldForms(environment, { ...holder, token: other.holder.token }), []);
  await discardForm(environment, other.holder, id);
  assert.deepEqual(await takeForm(environment, holder, { id, path }), form);
});

Deno.test("what was typed cannot be read in the database, and one that was tampered with is not sent", async () => {
  const { holder, id } = await heldForm();
  const other = await heldForm();
  const sealed = await sealedOf(id);
  assert.ok(!Buffer.from(sealed).includes("Oak"));
  const flipped = Buffer.from(sealed);
  flipped[flipped.length - 1] ^= 1;
  await tamper(id, { body_sealed: flipped });
  await assert.rejects(takeForm(environment, holder, { id, path }), { name: "SecretUnreadable" });
  await tamper(id, { body_sealed: await sealedOf(other.id) });
  await assert.rejects(takeForm(environment, holder, { id, path }), { name: "SecretUnreadable" });
  await tamper(id, { body_sealed: sealed, path: "/api-keys" });
  await assert.rejects(takeForm(environment, holder, { id, path: "/api-keys" }), {
    name: "SecretUnreadable",
  });
  await tamper(id, { path });
  assert.deepEqual(await takeForm(environment, holder, { id, path }), form, "a refusal leaves it there");
});

Deno.test("after half an hour nobody gets it, and the next sweep deletes it", async () => {
  const { holder, id } = await heldForm();
  const start = clock.now();
  clock.moveTo(start.add({ minutes: heldMinutes }).subtract({ seconds: 1 }));
  assert.equal((await findHeldForms(environment, holder)).length, 1);
  clock.moveTo(start.add({ minutes: heldMinutes }));
  assert.deepEqual(await findHeldForms(environment, holder), []);
  assert.equal(await takeForm(environment, holder, { id, path }), null);
  await sealedOf(id);
  await withSystem(
    database,
    (db) => schedules.find(({ name }) => name === "sign-in")!.findDue(db, clock.now(), environment),
  );
  await assert.rejects(sealedOf(id));
  clock.moveTo(start);
});

Deno.test("one browser keeps several forms, and a person not more than ten", async () => {
  const { holder, id } = await heldForm();
  const later = [];
  for (let count = 0; count < 10; count++) {
    clock.moveTo(clock.now().add({ seconds: 1 }));
    const { id, token } = await holdForm(environment, holder, form);
    assert.equal(token, holder.token);
    later.unshift(id);
  }
  assert.deepEqual((await findHeldForms(environment, holder)).map((found) => found.id), later);
  assert.equal(await takeForm(environment, holder, { id, path }), null);
});

Deno.test("what is thrown away is gone", async () => {
  const { holder, id } = await heldForm();
  await discardForm(environment, holder, id);
  assert.equal(await takeForm(environment, holder, { id, path }), null);
});
