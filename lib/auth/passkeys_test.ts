/** Guards passkeys: a challenge works once and on its browser, a device must be the right one, here, with its holder recognised. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { testDatabase } from "../../tests/support/database.ts";
import { Authenticator, type Gesture } from "../../tests/support/authenticator.ts";
import { environmentOf } from "../../tests/support/environment.ts";
import { turnTwoStepOn } from "../../tests/support/two_step.ts";
import { findOrInsertUser } from "../../db/queries/user.ts";
import { withSystem } from "../../db/system.ts";
import { schedules, tick } from "../../jobs/schedule.ts";
import { FixedClock } from "../core/clock.ts";
import {
  addPasskey,
  challengeMinutes,
  challengeToAdd,
  challengeToSignIn,
  ownPasskey,
  ownPasskeys,
  removePasskey,
  renamePasskey,
  signInByPasskey,
  siteOf,
} from "./passkeys.ts";
import { loadSession } from "./sessions.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);

const clock = new FixedClock("2024-03-01T09:00:00Z");
const environment = environmentOf(database, clock);
const site = siteOf("https://billing.calder.example")!;
const visit = { address: "192.0.2.1", userAgent: "test" };
const refused = { name: "PasskeyRefused", message: /did not work/ };

let count = 0;
async function newPerson() {
  const email = `person${++count}@calder.example`;
  const { id } = await withSystem(database, (db) => findOrInsertUser(db, { email, name: "Amira" }));
  return { userId: id, email, name: "Amira" };
}

function handleOf(userId: string): string {
  return Buffer.from(userId.replaceAll("-", ""), "hex").toString("base64url");
}

type Cheat = Partial<Gesture>;

/** A person with a passkey on a device. */
async function newHolder() {
  const person = await newPerson();
  const device = new Authenticator();
  return { ...person, device, passkeyId: await add(person, device) };
}

async function add(
  person: { userId: string; email: string; name: string },
  device: Authenticator,
  cheat: Cheat = {},
): Promise<string> {
  const { options, token } = await challengeToAdd(environment, site, person);
  const credential = device.create({ ...options, ...site, ...cheat }, handleOf(person.userId));
  return await addPasskey(environment, site, person, { token, credential });
}

async function use(device: Authenticator, cheat: Cheat = {}) {
  const { options, token } = await challengeToSignIn(environment, site);
  return await signInByPasskey(environment, site, {
    token,
    credential: device.get({ ...options, ...site, ...cheat }),
  }, visit);
}

Deno.test("a passkey that was added signs its owner in, alone, also with two-step sign-in on", async () => {
  const { userId, email, device, passkeyId } = await newHolder();
  const first = await use(device);
  assert.ok(first.outcome === "signed_in");
  const session = await loadSession(environment, first.token);
  assert.equal(session?.user.id, userId);
  assert.deepEqual(session?.methods, ["passkey"]);
  await turnTwoStepOn(environment, { userId, email });
  assert.equal((await use(device)).outcome, "signed_in");
  assert.equal(
    String((await ownPasskey(environment, { userId, email }, passkeyId)).lastUsedAt),
    String(clock.now()),
  );
});

Deno.test("what a browser is asked for: a passkey that finds its owner, of someone whom the device recognises", async () => {
  const holder = await newHolder();
  const { options: add } = await challengeToAdd(environment, site, holder) as unknown as {
    options: Record<string, Record<string, unknown> & { id: string }[]>;
  };
  assert.equal((add.rp as unknown as { id: string }).id, "billing.calder.example");
  assert.equal((add.user as unknown as { id: string }).id, handleOf(holder.userId));
  assert.deepEqual(add.excludeCredentials.map(({ id }) => id), [holder.device.credentialId]);
  const { residentKey, userVerification } = add.authenticatorSelection as unknown as Record<string, string>;
  assert.deepEqual([residentKey, userVerification], ["required", "required"]);
  const { options: get } = await challengeToSignIn(environment, site) as unknown as {
    options: Record<string, unknown>;
  };
  assert.equal(get.userVerification, "required");
  assert.equal(get.allowCredentials, undefined, "nobody is named");
});

Deno.test("an answer that was recorded works once", async () => {
  const { device } = await newHolder();
  const { options, token } = await challengeToSignIn(environment, site);
  const answer = { token, credential: device.get({ ...options, ...site }) };
  const both = await Promise.allSettled(
    [1, 2].map(() => signInByPasskey(environment, site, answer, visit)),
  );
  assert.deepEqual(both.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
  await assert.rejects(signInByPasskey(environment, site, answer, visit), refused);
  const other = await challengeToSignIn(environment, site);
  await assert.rejects(signInByPasskey(environment, site, { ...answer, token: other.token }, visit), refused);
});

Deno.test("a challenge is used up by a wrong answer, ends after its minutes, and is nothing on another browser", async () => {
  const { device } = await newHolder();
  const { options, token } = await challengeToSignIn(environment, site);
  const right = () => device.get({ ...options, ...site });
  await assert.rejects(signInByPasskey(environment, site, { token, credential: "{}" }, visit), refused);
  await assert.rejects(signInByPasskey(environment, site, { token, credential: right() }, visit), refused);
  const slow = await challengeToSignIn(environment, site);
  clock.advance({ minutes: challengeMinutes });
  const late = device.get({ ...slow.options, ...site });
  await assert.rejects(
    signInByPasskey(environment, site, { token: slow.token, credential: late }, visit),
    refused,
  );
  const mine = await challengeToSignIn(environment, site),
    theirs = await challengeToSignIn(environment, site);
  const swapped = device.get({ ...mine.options, ...site });
  await assert.rejects(
    signInByPasskey(environment, site, { token: theirs.token, credential: swapped }, visit),
    refused,
  );
  await assert.rejects(
    signInByPasskey(environment, site, { token: null, credential: swapped }, visit),
    refused,
  );
});

Deno.test("a challenge to add signs nobody in, one to sign in adds nothing, and one of somebody else neither", async () => {
  const holder = await newHolder();
  const other = await newPerson();
  const toAdd = await challengeToAdd(environment, site, holder);
  const signed = holder.device.get({ ...toAdd.options, ...site });
  await assert.rejects(
    signInByPasskey(environment, site, { token: toAdd.token, credential: signed }, visit),
    refused,
  );
  const device = new Authenticator();
  const toSignIn = await challengeToSignIn(environment, site);
  const made = device.create({ ...toSignIn.options, ...site }, handleOf(other.userId));
  await assert.rejects(
    addPasskey(environment, site, other, { token: toSignIn.token, credential: made }),
    refused,
  );
  const foreign = await challengeToAdd(environment, site, holder);
  const planted = device.create({ ...foreign.options, ...site }, handleOf(other.userId));
  await assert.rejects(
    addPasskey(environment, site, other, { token: foreign.token, credential: planted }),
    refused,
  );
  assert.deepEqual(await ownPasskeys(environment, other), []);
});

const cheats: Record<string, Cheat> = {
  "that another site got": { origin: "https://billing.calder.example.evil.example" },
  "of a page without TLS": { origin: "http://billing.calder.example" },
  "for another host's passkey": { host: "evil.example" },
  "whose holder was not recognised": { userVerified: false },
  "to another challenge": { challenge: "x".repeat(43) },
};
for (const [name, cheat] of Object.entries(cheats)) {
  Deno.test(`an answer ${name} is refused, at signing in and at adding`, async () => {
    const { device } = await newHolder();
    await assert.rejects(use(device, cheat), refused);
    const person = await newPerson();
    await assert.rejects(add(person, new Authenticator(), cheat), refused);
    assert.deepEqual(await ownPasskeys(environment, person), []);
  });
}

Deno.test("a device that says it is another person's is refused, and so is one that means something else", async () => {
  const { device } = await newHolder();
  const other = await newHolder();
  await assert.rejects(use(device, { userHandle: handleOf(other.userId) }), refused);
  await assert.rejects(use(device, { type: "webauthn.create" }), refused);
  await assert.rejects(use(new Authenticator()), refused, "an unknown device");
});

Deno.test("a signature of another key is refused", async () => {
  const { device } = await newHolder();
  const { options, token } = await challengeToSignIn(environment, site);
  const mine = JSON.parse(device.get({ ...options, ...site }));
  const forged = JSON.parse(new Authenticator().get({ ...options, ...site }));
  const credential = JSON.stringify({
    ...mine,
    response: { ...mine.response, signature: forged.response.signature },
  });
  await assert.rejects(signInByPasskey(environment, site, { token, credential }, visit), refused);
});

Deno.test("a device whose count falls behind was copied, and is refused", async () => {
  const { device } = await newHolder();
  await use(device);
  await use(device);
  device.count = 0;
  await assert.rejects(use(device), refused);
  device.count = 2;
  assert.equal((await use(device)).outcome, "signed_in");
});

Deno.test("what is no answer at all is refused, not a defect", async () => {
  const { device } = await newHolder();
  const { credentialId: id } = device;
  for (
    const credential of [
      "",
      "null",
      "[]",
      "{",
      '{"id":1}',
      JSON.stringify({ id, rawId: id, type: "public-key", response: null }),
      JSON.stringify({ id, rawId: id, type: "public-key", response: {} }),
      JSON.stringify({ id, rawId: id, type: "public-key", response: { clientDataJSON: "%%" } }),
      JSON.stringify({ id: "' or 1=1 --", response: {} }),
    ]
  ) {
    const { token } = await challengeToSignIn(environment, site);
    await assert.rejects(
      signInByPasskey(environment, site, { token, credential }, visit),
      refused,
      credential,
    );
    const person = await newPerson();
    const adding = await challengeToAdd(environment, site, person);
    await assert.rejects(
      addPasskey(environment, site, person, { token: adding.token, credential }),
      refused,
      credential,
    );
  }
});

Deno.test("one's own passkeys are named and removed, nobody else's", async () => {
  const { passkeyId, device, ...person } = await newHolder();
  const other = await newPerson();
  assert.equal((await ownPasskeys(environment, person))[0].name, "Passkey 1");
  await renamePasskey(environment, person, passkeyId, "  My   laptop ");
  assert.equal((await ownPasskey(environment, person, passkeyId)).name, "My laptop");
  for (const name of [" ", "x".repeat(61)]) {
    await assert.rejects(renamePasskey(environment, person, passkeyId, name), { name: "InvalidInput" });
  }
  for (const id of [passkeyId, "no-such-id"]) {
    await assert.rejects(ownPasskey(environment, other, id), { name: "NotFound" });
    await assert.rejects(renamePasskey(environment, other, id, "Mine"), { name: "NotFound" });
    await assert.rejects(removePasskey(environment, other, id), { name: "NotFound" });
  }
  await assert.rejects(add(other, device), refused, "a device's key belongs to one person");
  await removePasskey(environment, person, passkeyId);
  assert.deepEqual(await ownPasskeys(environment, person), []);
  await assert.rejects(use(device), refused);
});

Deno.test("browsers have passkeys for names over https, and for this machine's own", () => {
  assert.deepEqual(siteOf("https://billing.calder.example"), site);
  assert.equal(siteOf("http://localhost:8000")?.host, "localhost");
  for (
    const origin of [
      "http://127.0.0.1:8000",
      "https://192.0.2.7",
      "https://[::1]",
      "http://billing.calder.example",
    ]
  ) {
    assert.equal(siteOf(origin), null, origin);
  }
});

Deno.test("challenges that nobody answered are forgotten", async () => {
  await challengeToSignIn(environment, site);
  clock.advance({ hours: 1 });
  await tick(environment, schedules.find(({ name }) => name === "sign-in")!);
  const left = await withSystem(
    database,
    (db) => db.query.selectFrom("passkey_challenge").select("challenge").execute(),
  );
  assert.deepEqual(left, []);
});
