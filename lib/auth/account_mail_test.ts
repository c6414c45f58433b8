/** Mail about an account over real SMTP: sent once, its words and links kept nowhere, and silent about who has an account. */
import assert from "node:assert/strict";
import { mailedLinks, sendMail, wordsOfMail } from "../../tests/support/account_mail.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { environmentOf } from "../../tests/support/environment.ts";
import { operator } from "../../tests/support/app.ts";
import { startSmtpServer } from "../../tests/support/smtp_server.ts";
import { findOrInsertUser } from "../../db/queries/user.ts";
import { withSystem } from "../../db/system.ts";
import { schedules, tick } from "../../jobs/schedule.ts";
import { FixedClock } from "../core/clock.ts";
import { milepostError } from "../core/errors.ts";
import { createTenant } from "../tenants/create_tenant.ts";
import { queueAccountMail, requestLinkMail } from "./account_mail.ts";
import { findLink, linkMinutes, redeemLink, signInByLink } from "./links.ts";
import { loadSession } from "./sessions.ts";
import { limits } from "./throttle.ts";

const { database, drop } = await testDatabase();
const server = startSmtpServer();
Deno.test.afterAll(async () => {
  await server.stop();
  await drop();
});

const clock = new FixedClock("2024-03-01T09:00:00Z");
const environment = environmentOf(database, clock);
const origin = "https://billing.calder.example";
const visit = { address: "192.0.2.1", userAgent: "test" };

let count = 0;
async function newPerson(): Promise<string> {
  const email = `person${++count}@calder.example`;
  await withSystem(database, (db) => findOrInsertUser(db, { email, name: "Amira" }));
  return email;
}

function ask(email: string, purpose: "sign_in" | "reset" = "sign_in", address = visit.address) {
  return requestLinkMail(environment, { email, purpose, address, origin });
}

function tokenIn(path: string): string {
  return path.split("/").at(-1)!;
}

/** All mail of a recipient, as the database has it. */
async function rowsOf(recipient: string) {
  return await withSystem(
    database,
    (db) =>
      db.query.selectFrom("account_mail").selectAll().where("recipient", "=", recipient).orderBy("id")
        .execute(),
  );
}

function queue(email: string) {
  return withSystem(database, (db) =>
    queueAccountMail(environment, db, {
      email,
      kind: "test.greet",
      subject: "A word",
      text: "the-secret-word",
      html: "<p>the-secret-word</p>",
    }));
}

Deno.test("a mail is sent once, its words lie sealed until then and nowhere afterwards", async () => {
  await queue("Ann@Calder.example");
  const [queued] = await rowsOf("ann@calder.example");
  assert.ok(queued.letter_sealed);
  assert.doesNotMatch(new TextDecoder("latin1").decode(queued.letter_sealed), /secret/);
  const [mail, ...others] = await sendMail(environment, server);
  assert.equal(others.length, 0);
  assert.deepEqual(mail.to, ["ann@calder.example"]);
  assert.match(wordsOfMail(mail), /the-secret-word/);
  const [sent] = await rowsOf("ann@calder.example");
  assert.equal(sent.state, "sent");
  assert.equal(sent.letter_sealed, null);
  assert.deepEqual(await sendMail(environment, server), []);
});

Deno.test("a mail of a transaction that is undone is never sent", async () => {
  const undone = withSystem(database, async (db) => {
    await queueAccountMail(environment, db, {
      email: "no@calder.example",
      kind: "t",
      subject: "",
      text: "",
      html: "",
    });
    throw new Error("undone");
  });
  await assert.rejects(undone, /undone/);
  assert.deepEqual(await sendMail(environment, server), []);
});

Deno.test("two senders at once send a mail once", async () => {
  await queue("both@calder.example");
  const sent = await Promise.all([sendMail(environment, server), sendMail(environment, server)]);
  assert.equal(new Set(sent.flat()).size, 1);
});

Deno.test("a server that is busy is asked again later, one that says no is not, and of silence nobody knows", async () => {
  server.misbehaviour = { at: "data", reply: "421 too much to do" };
  await queue("busy@calder.example");
  assert.deepEqual(await sendMail(environment, server), []);
  assert.equal((await rowsOf("busy@calder.example"))[0].state, "queued");
  server.misbehaviour = undefined;
  clock.advance({ minutes: 1 });
  assert.equal((await sendMail(environment, server)).length, 1);
  for (const [at, state] of [["end", "failed"], ["silence", "uncertain"]] as const) {
    server.misbehaviour = at === "end" ? { at, reply: "550 no such user" } : { at };
    await queue(`${at}@calder.example`);
    await sendMail(environment, server);
    const [row] = await rowsOf(`${at}@calder.example`);
    assert.deepEqual([row.state, row.letter_sealed], [state, null]);
  }
  server.misbehaviour = undefined;
});

Deno.test("a mail whose words cannot be opened while the keys are away goes out when they are back", async () => {
  await queue("locked@calder.example");
  const open = () => Promise.reject(milepostError("SecretsUnavailable"));
  const keyless = { ...environment, secrets: { ...environment.secrets, open } };
  await assert.rejects(sendMail(keyless, server), { name: "SecretsUnavailable" });
  const [waiting] = await rowsOf("locked@calder.example");
  assert.equal(waiting.state, "queued");
  assert.ok(waiting.letter_sealed);
  clock.advance({ minutes: 1 });
  assert.deepEqual((await sendMail(environment, server)).map(({ to }) => to), [["locked@calder.example"]]);
});

Deno.test("what a process had claimed when it ended is not sent again", async () => {
  await queue("gone@calder.example");
  await withSystem(
    database,
    (db) =>
      db.query.updateTable("account_mail").set({ state: "sending", due_at: clock.now().add({ minutes: 5 }) })
        .where("recipient", "=", "gone@calder.example").execute(),
  );
  clock.advance({ minutes: 5 });
  assert.deepEqual(await sendMail(environment, server), []);
  const [row] = await rowsOf("gone@calder.example");
  assert.deepEqual([row.state, row.letter_sealed], ["uncertain", null]);
});

Deno.test("a mailed link signs in once, sets no password, and is over after its minutes", async () => {
  const email = await newPerson();
  await ask(email);
  await ask(email);
  const [first, second] = (await mailedLinks(environment, server)).map(tokenIn);
  assert.notEqual(first, second);
  await assert.rejects(redeemLink(environment, first, { password: "four plain words here", userAgent: "" }), {
    name: "LinkExpired",
  });
  const both = await Promise.allSettled([1, 2].map(() => signInByLink(environment, first, visit)));
  assert.deepEqual(both.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
  const signedIn = both.flatMap((each) => each.status === "fulfilled" ? [each.value] : []);
  assert.equal((await loadSession(environment, signedIn[0].token))?.user.email, email);
  clock.advance({ minutes: linkMinutes.sign_in });
  await assert.rejects(signInByLink(environment, second, visit), { name: "LinkExpired" });
});

Deno.test("a link for a new password signs nobody in without one", async () => {
  const email = await newPerson();
  await ask(email, "reset");
  const [mail] = await sendMail(environment, server);
  assert.match(wordsOfMail(mail), /Set a new password/);
  assert.ok(mail.source.length < 20_000);
  const token = tokenIn(/\/sign-in\/link\/[\w-]{43}/.exec(wordsOfMail(mail))![0]);
  await assert.rejects(signInByLink(environment, token, visit), { name: "LinkExpired" });
  assert.ok(await redeemLink(environment, token, { password: "four plain words here", userAgent: "" }));
});

Deno.test("an address that nobody has leaves the same row as one that somebody has, and gets no mail", async () => {
  const email = await newPerson();
  await ask(email);
  await ask("nobody@calder.example");
  const traces = await Promise.all([email, "nobody@calder.example"].map(rowsOf));
  const [known, unknown] = traces.map(([row]) => ({ ...row, id: "", recipient: "" }));
  assert.deepEqual(known, unknown);
  const sent = await sendMail(environment, server);
  assert.deepEqual(sent.map(({ to }) => to), [[email]]);
  assert.equal((await rowsOf("nobody@calder.example"))[0].state, "nobody");
});

Deno.test("who asks too often waits, and strangers who ask keep nobody from asking at a known address", async () => {
  const email = await newPerson();
  const { linkPath } = await createTenant(environment, operator, { name: "Ash", adminEmail: email });
  await redeemLink(environment, tokenIn(linkPath), { password: "four plain words here", userAgent: "" });
  await ask(email);
  const [link] = await mailedLinks(environment, server);
  await signInByLink(environment, tokenIn(link), visit);
  for (let index = 0; index < limits.mail.perAccountFromStrangers; index++) {
    await ask(email, "sign_in", `203.0.113.${index}`);
  }
  await assert.rejects(ask(email, "sign_in", "203.0.113.200"), { name: "TooManyAttempts" });
  await ask(email);
  for (let index = 2; index < limits.mail.perAccountAndAddress; index++) await ask(email);
  await assert.rejects(ask(email), { name: "TooManyAttempts" });
  clock.advance({ minutes: limits.mail.windowMinutes });
  await ask(email);
  await sendMail(environment, server);
});

Deno.test("what is over is forgotten: links at their end, mail after days", async () => {
  clock.advance({ hours: 8 * 24 });
  await tick(environment, schedules.find(({ name }) => name === "sign-in")!);
  const left = await withSystem(database, async (db) => [
    ...await db.query.selectFrom("account_mail").select("id").execute(),
    ...await db.query.selectFrom("sign_in_link").select("user_id").execute(),
  ]);
  assert.deepEqual(left, []);
  await assert.rejects(findLink(environment, "x".repeat(43)), { name: "LinkExpired" });
});
