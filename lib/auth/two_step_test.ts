/** Guards sign-in in two steps: which proofs open a session together, that codes work once, and that guessing at them is slow. */
import { Buffer } from "node:buffer";
import assert from "node:assert/strict";
import { testDatabase } from "../../tests/support/database.ts";
import { environmentOf } from "../../tests/support/environment.ts";
import { operator } from "../../tests/support/app.ts";
import { codeAt, turnTwoStepOn } from "../../tests/support/two_step.ts";
import { withSystem } from "../../db/system.ts";
import { FixedClock } from "../core/clock.ts";
import { createTenant } from "../tenants/create_tenant.ts";
import { loadStep, stepMinutes } from "./complete_sign_in.ts";
import { makeLink, redeemLink, signInByLink } from "./links.ts";
import { loadSession } from "./sessions.ts";
import { signIn } from "./sign_in.ts";
import { limits } from "./throttle.ts";
import {
  beginTwoStep,
  confirmTwoStep,
  readTwoStep,
  renewRecoveryCodes,
  requireCode,
  signInByCode,
  turnTwoStepOff,
} from "./two_step.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);

const clock = new FixedClock("2024-03-01T09:00:00Z");
const environment = environmentOf(database, clock);
const password = "four plain words here";
const address = "192.0.2.1";
const visit = { address, userAgent: "test" };

let count = 0;
async function newPerson() {
  const email = `person${++count}@calder.example`;
  const { userId, linkPath } = await createTenant(environment, operator, {
    name: `Calder ${count}`,
    adminEmail: email,
  });
  await redeemLink(environment, linkPath.split("/").at(-1)!, { password, userAgent: "test" });
  return { userId, email };
}

/** Someone with two-step sign-in on, and a moment whose code is not used up. */
async function newTwoStepPerson() {
  const person = await newPerson();
  const app = await turnTwoStepOn(environment, person);
  clock.advance({ seconds: 30 });
  return { ...person, ...app };
}

async function doFirstStep(email: string, step?: string): Promise<string> {
  const result = await signIn(environment, { email, password, ...visit, step });
  assert.ok(result.outcome === "second_step");
  return result.token;
}

async function linkFor(userId: string): Promise<string> {
  const path = await withSystem(database, (db) => makeLink(db, userId, clock.now(), "sign_in"));
  return path.split("/").at(-1)!;
}

function tryCode(step: string | null, code: string, from = address) {
  return signInByCode(environment, code, { ...visit, address: from, step });
}

const refused = { name: "InvalidInput" };

Deno.test("a seed counts for nothing until its first code, and is never in the database as it is", async () => {
  const person = await newPerson();
  assert.deepEqual(await readTwoStep(environment, person), { state: "off" });
  await beginTwoStep(environment, person);
  const first = await readTwoStep(environment, person);
  await beginTwoStep(environment, person);
  const pending = await readTwoStep(environment, person);
  assert.ok(first.state === "pending" && pending.state === "pending");
  assert.notEqual(pending.seed, first.seed, "beginning again makes a new one");
  assert.match(
    pending.uri,
    /^otpauth:\/\/totp\/Milepost:person\d+%40calder\.example\?issuer=Milepost&secret=[A-Z2-7]{32}&/,
  );
  assert.equal((await signIn(environment, { email: person.email, password, ...visit })).outcome, "signed_in");
  const [row] = await withSystem(
    database,
    (db) => db.query.selectFrom("totp_factor").selectAll().where("user_id", "=", person.userId).execute(),
  );
  const opened = await environment.secrets.open(
    { tenantId: null, record: `totp_factor:${person.userId}` },
    row.seed_sealed,
  );
  assert.equal(opened.length, 20);
  assert.ok(!Buffer.from(row.seed_sealed).includes(Buffer.from(opened)));
  await assert.rejects(
    confirmTwoStep(environment, person, { code: codeAt(first.seed, clock.now()), address }),
    refused,
  );
  const code = codeAt(pending.seed, clock.now());
  assert.equal((await confirmTwoStep(environment, person, { code, address })).length, 10);
  await beginTwoStep(environment, person);
  assert.equal((await readTwoStep(environment, person)).state, "on", "beginning does not turn it off");
  clock.advance({ seconds: 30 });
  await requireCode(environment, { ...person, code: codeAt(pending.seed, clock.now()), address });
});

Deno.test("a password opens no session; with the code it does, and the step is used up", async () => {
  const { email, seed } = await newTwoStepPerson();
  const step = await doFirstStep(email);
  assert.equal(await loadSession(environment, step), null, "a step is no session");
  assert.equal((await loadStep(environment, step))?.email, email);
  await assert.rejects(tryCode(step, "000000"), refused);
  const signedIn = await tryCode(step, codeAt(seed, clock.now()));
  assert.ok(signedIn.outcome === "signed_in");
  assert.notEqual(signedIn.token, step);
  assert.equal((await loadSession(environment, signedIn.token))?.user.email, email);
  assert.equal(await loadStep(environment, step), null);
  clock.advance({ seconds: 30 });
  await assert.rejects(tryCode(step, codeAt(seed, clock.now())), { name: "NotSignedIn" });
  await assert.rejects(tryCode(null, codeAt(seed, clock.now())), { name: "NotSignedIn" });
});

Deno.test("a code works once, also for two who send it at the same moment; one that is older does not work after it", async () => {
  const { email, seed } = await newTwoStepPerson();
  const earlier = codeAt(seed, clock.now());
  clock.advance({ seconds: 30 });
  const code = codeAt(seed, clock.now());
  const steps = [await doFirstStep(email), await doFirstStep(email), await doFirstStep(email)];
  const both = await Promise.allSettled([tryCode(steps[0], code), tryCode(steps[1], code)]);
  assert.deepEqual(both.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
  await assert.rejects(tryCode(steps[2], code), refused);
  await assert.rejects(tryCode(steps[2], earlier), refused);
});

Deno.test("the code of the half minute before or after is right, one further away is not", async () => {
  const { email, seed } = await newTwoStepPerson();
  const step = await doFirstStep(email);
  const at = (seconds: number) => codeAt(seed, clock.now().add({ seconds }));
  await assert.rejects(tryCode(step, at(60)), refused);
  clock.advance({ seconds: 60 });
  await assert.rejects(tryCode(step, at(-60)), refused);
  assert.equal((await tryCode(step, ` ${at(-30).replace(/^.../, "$& ")} `)).outcome, "signed_in");
  assert.equal((await tryCode(await doFirstStep(email), at(30))).outcome, "signed_in");
});

Deno.test("a recovery code works once however it is typed, and new ones end the old", async () => {
  const { userId, email, recoveryCodes: [first, second, third] } = await newTwoStepPerson();
  assert.match(first, /^([0-9a-hjkmnp-z]{4}-){6}[0-9a-hjkmnp-z]{2}$/, "26 of 32 letters: 130 bits");
  const typed = first.replaceAll("-", " ").toUpperCase();
  assert.equal((await tryCode(await doFirstStep(email), typed)).outcome, "signed_in");
  await assert.rejects(tryCode(await doFirstStep(email), first), refused);
  const twice = await Promise.allSettled(
    [await doFirstStep(email), await doFirstStep(email)].map((step) => tryCode(step, second)),
  );
  assert.deepEqual(twice.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
  const state = await readTwoStep(environment, { userId, email });
  assert.ok(state.state === "on" && state.codesLeft === 8);
  const renewed = await renewRecoveryCodes(environment, { userId, email });
  await assert.rejects(tryCode(await doFirstStep(email), third), refused);
  assert.equal((await tryCode(await doFirstStep(email), renewed[0])).outcome, "signed_in");
  const rows = await withSystem(
    database,
    (db) => db.query.selectFrom("recovery_code").selectAll().where("user_id", "=", userId).execute(),
  );
  const kept = rows.map((row) => Buffer.from(row.code_hash).toString("latin1")).join(" ");
  assert.ok(renewed.every((code) => !kept.includes(code.replaceAll("-", ""))), "only hashes are kept");
});

Deno.test("one person's recovery code is nothing to another", async () => {
  const { recoveryCodes } = await newTwoStepPerson();
  const other = await newTwoStepPerson();
  await assert.rejects(tryCode(await doFirstStep(other.email), recoveryCodes[0]), refused);
});

Deno.test("guessing at codes is counted, over addresses too; a link gets the owner in all the same", async () => {
  const { userId, email, seed } = await newTwoStepPerson();
  const step = await doFirstStep(email);
  const { perAccountAndAddress, perAccountFromStrangers, windowMinutes } = limits.code;
  for (let index = 0; index < perAccountAndAddress; index++) {
    await assert.rejects(tryCode(step, "000000", "203.0.113.1"), refused);
  }
  await assert.rejects(tryCode(step, codeAt(seed, clock.now()), "203.0.113.1"), { name: "TooManyAttempts" });
  for (let index = perAccountAndAddress; index < perAccountFromStrangers; index++) {
    await assert.rejects(tryCode(step, "000000", `203.0.113.${index + 2}`), refused);
  }
  await assert.rejects(tryCode(step, codeAt(seed, clock.now()), "203.0.113.99"), { name: "TooManyAttempts" });
  const owner = await doFirstStep(email);
  const linked = await signInByLink(environment, await linkFor(userId), { ...visit, step: owner });
  assert.equal(linked.outcome, "signed_in");
  clock.advance({ minutes: windowMinutes });
  const later = await doFirstStep(email);
  assert.equal((await tryCode(later, codeAt(seed, clock.now()), "203.0.113.99")).outcome, "signed_in");
});

Deno.test("a burst of guesses gets no extra one", async () => {
  const { email } = await newTwoStepPerson();
  const step = await doFirstStep(email);
  const burst = await Promise.allSettled(Array.from({ length: 12 }, () => tryCode(step, "000000")));
  const looked = burst.filter((each) => each.status === "rejected" && each.reason.name === "InvalidInput");
  assert.equal(looked.length, limits.code.perAccountAndAddress);
});

Deno.test("two proofs must differ and be of one person, in any order", async () => {
  const { userId, email, seed } = await newTwoStepPerson();
  const other = await newTwoStepPerson();
  const passwordStep = await doFirstStep(email);
  await doFirstStep(email, passwordStep); // the password again: still a first step
  const linkStep = await signInByLink(environment, await linkFor(userId), visit);
  assert.equal(linkStep.outcome, "second_step", "a mailbox alone is one proof");
  const again = await signInByLink(environment, await linkFor(userId), { ...visit, step: linkStep.token });
  assert.equal(again.outcome, "second_step", "two links are one proof");
  const foreign = await doFirstStep(other.email);
  const mixed = await signInByLink(environment, await linkFor(userId), { ...visit, step: foreign });
  assert.equal(mixed.outcome, "second_step", "another person's password proves nothing");
  const both = await signIn(environment, { email, password, ...visit, step: mixed.token });
  assert.equal(both.outcome, "signed_in", "link, then password");
  const byLink = await signInByLink(environment, await linkFor(userId), visit);
  assert.equal(
    (await tryCode(byLink.token, codeAt(seed, clock.now()))).outcome,
    "signed_in",
    "link, then code",
  );
});

Deno.test("a step ends after its minutes, and with a new password", async () => {
  const { userId, email, seed } = await newTwoStepPerson();
  const late = await doFirstStep(email);
  clock.advance({ minutes: stepMinutes });
  assert.equal(await loadStep(environment, late), null);
  await assert.rejects(tryCode(late, codeAt(seed, clock.now())), { name: "NotSignedIn" });
  const step = await doFirstStep(email);
  const path = await withSystem(database, (db) => makeLink(db, userId, clock.now()));
  await redeemLink(environment, path.split("/").at(-1)!, {
    password: "five other plain words",
    userAgent: "",
  });
  await assert.rejects(tryCode(step, codeAt(seed, clock.now())), { name: "NotSignedIn" });
});

Deno.test("turned off, the password is enough and no code is left", async () => {
  const { userId, email, recoveryCodes } = await newTwoStepPerson();
  await turnTwoStepOff(environment, { userId, email });
  assert.deepEqual(await readTwoStep(environment, { userId, email }), { state: "off" });
  assert.equal((await signIn(environment, { email, password, ...visit })).outcome, "signed_in");
  await assert.rejects(requireCode(environment, { userId, email, code: recoveryCodes[0], address }), refused);
  await assert.rejects(renewRecoveryCodes(environment, { userId, email }), { name: "Conflict" });
});
