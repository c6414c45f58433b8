/** Guards the links that are mailed, over plain HTTP: the same answer for every address, and pages that say where no mail is sent. */
import assert from "node:assert/strict";
import { redeemLink } from "../../lib/auth/links.ts";
import { limits } from "../../lib/auth/throttle.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { createTenant } from "../../lib/tenants/create_tenant.ts";
import { cookieName } from "../../session_cookie.ts";
import { mailedLinks, mailSettings, sendMail, wordsOfMail } from "../support/account_mail.ts";
import { operator, testApp } from "../support/app.ts";
import { wordsOf } from "../support/pages.ts";
import { startSmtpServer } from "../support/smtp_server.ts";
import { codeAt, turnTwoStepOn } from "../support/two_step.ts";

const clock = new FixedClock("2024-03-01T09:00:00Z");
const server = startSmtpServer();
const app = await testApp({ clock, settings: mailSettings(server) });
Deno.test.afterAll(async () => {
  await app.stop();
  await server.stop();
});

const password = "four plain words here";
let count = 0;

async function newPerson() {
  const email = `person${++count}@calder.example`;
  const { userId, linkPath } = await createTenant(app.environment, operator, {
    name: `Calder ${count}`,
    adminEmail: email,
  });
  await redeemLink(app.environment, linkPath.split("/").at(-1)!, { password, userAgent: "" });
  return { email, userId };
}

/** Asks for a link and gives its path. */
async function askFor(page: "mail-link" | "reset", email: string): Promise<string> {
  const asked = await app.post(`/sign-in/${page}`, { email });
  assert.equal(asked.status, 303);
  const [link] = await mailedLinks(app.environment, server);
  return link;
}

/** A visitor who holds the cookies of an answer. */
function holding(answer: Response) {
  const cookie = answer.headers.getSetCookie().map((each) => each.split(";")[0]).join("; ");
  return { tenantId: "", userId: "", email: "", cookie };
}

Deno.test("a link by mail signs in with one button, whoever looked at it before", async () => {
  const { email } = await newPerson();
  const link = await askFor("mail-link", email);
  for (let look = 0; look < 2; look++) {
    const seen = await app.get(link);
    assert.equal(seen.headers.get("cache-control"), "no-store");
    assert.match(wordsOf(await seen.text()), new RegExp(`This link is for ${email}`));
  }
  const used = await app.post(link, {});
  assert.equal(used.status, 303);
  assert.equal((await app.get("/account", holding(used))).status, 200);
  assert.equal((await app.post(link, {})).status, 410);
  assert.equal((await app.post("/sign-in", { email, password })).status, 303, "the password is as it was");
});

Deno.test("signing in makes a new secret and ends the session that the browser had", async () => {
  const { email } = await newPerson();
  const before = holding(await app.post("/sign-in", { email, password }));
  const used = await app.post(await askFor("mail-link", email), {}, before);
  assert.notEqual(holding(used).cookie, before.cookie);
  assert.equal((await app.get("/account", holding(used))).status, 200);
  assert.equal((await app.get("/account", before)).status, 303, "the old secret opens nothing");
  const planted = { ...before, cookie: `${cookieName(app.origin)}=${"x".repeat(43)}` };
  const signedIn = await app.post("/sign-in", { email, password }, planted);
  assert.doesNotMatch(holding(signedIn).cookie, /x{43}/, "a secret that someone planted is not taken over");
  assert.equal((await app.get("/account", planted)).status, 303);
});

Deno.test("a forgotten password is set anew by mail, and other sessions end", async () => {
  const { email } = await newPerson();
  const before = holding(await app.post("/sign-in", { email, password }));
  const link = await askFor("reset", email);
  assert.match(wordsOf(await (await app.get(link)).text()), /Your old password stops working/);
  const used = await app.post(link, { password: "five other plain words" });
  assert.equal((await app.get("/account", holding(used))).status, 200);
  assert.equal((await app.get("/account", before)).status, 303);
  assert.equal((await app.post("/sign-in", { email, password })).status, 401);
  const [told, ...others] = await sendMail(app.environment, server);
  assert.deepEqual([told.to, others], [[email], []]);
  assert.match(wordsOfMail(told), /Your password was changed/);
});

Deno.test("who has two-step sign-in sets a new password only with a code: a mailbox alone is one proof", async () => {
  const person = await newPerson();
  const { seed } = await turnTwoStepOn(app.environment, person);
  const link = await askFor("reset", person.email);
  assert.match(wordsOf(await (await app.get(link)).text()), /Code of your authenticator app/);
  const without = await app.post(link, { password: "five other plain words" });
  assert.equal(without.status, 422);
  assert.match(wordsOf(await without.text()), /Type the code/);
  clock.advance({ seconds: 30 });
  const used = await app.post(link, { password: "five other plain words", code: codeAt(seed, clock.now()) });
  assert.equal(used.status, 303);
  assert.equal((await app.get("/account", holding(used))).status, 200);
});

Deno.test("every address gets the same answer", async () => {
  const { email } = await newPerson();
  await sendMail(app.environment, server);
  for (const page of ["mail-link", "reset"]) {
    const answers = [];
    for (const typed of [email, "nobody@calder.example"]) {
      const answer = await app.post(`/sign-in/${page}`, { email: typed });
      const sent = await app.get(answer.headers.get("location")!);
      answers.push([answer.status, answer.headers.get("location"), await sent.text()].join("\n"));
    }
    assert.equal(answers[0], answers[1]);
  }
  assert.deepEqual((await sendMail(app.environment, server)).map(({ to }) => to[0]), [email, email]);
});

Deno.test("what is no address is refused, and who asks too often is told how long to wait", async () => {
  for (const typed of ["", "amira", "a b@calder.example"]) {
    const answer = await app.post("/sign-in/mail-link", { email: typed });
    assert.equal(answer.status, 422, typed);
    assert.match(
      wordsOf(await answer.text()),
      /Type your work e-mail address. For example amira@calder\.example/,
    );
  }
  for (let index = 0; index < limits.mail.perAccountAndAddress; index++) {
    assert.equal((await app.post("/sign-in/reset", { email: "much@calder.example" })).status, 303);
  }
  const answer = await app.post("/sign-in/reset", { email: "much@calder.example" });
  assert.equal(answer.status, 429);
  assert.equal(answer.headers.get("retry-after"), "3600");
  const words = wordsOf(await answer.text());
  assert.match(words, /too many tries. Wait 60 minutes/);
});

Deno.test("without a mail server the pages say so and whom to ask, and nothing is queued", async () => {
  const silent = await testApp({ clock });
  try {
    for (const page of ["mail-link", "reset"]) {
      for (
        const answer of [
          await silent.get(`/sign-in/${page}`),
          await silent.post(`/sign-in/${page}`, { email: "a@b.example" }),
        ]
      ) {
        const html = await answer.text();
        assert.match(wordsOf(html), /sends no mail. Ask the person who runs it/);
        assert.doesNotMatch(html, /name="email"/);
      }
    }
    assert.deepEqual(await sendMail(silent.environment, server), []);
  } finally {
    await silent.stop();
  }
});
