/** Guards that people hear by mail of every change of how they sign in, and only then. */
import assert from "node:assert/strict";
import { sendMail, wordsOfMail } from "../../tests/support/account_mail.ts";
import { operator } from "../../tests/support/app.ts";
import { Authenticator } from "../../tests/support/authenticator.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { environmentOf } from "../../tests/support/environment.ts";
import { startSmtpServer } from "../../tests/support/smtp_server.ts";
import { turnTwoStepOn } from "../../tests/support/two_step.ts";
import { FixedClock } from "../core/clock.ts";
import { createTenant } from "../tenants/create_tenant.ts";
import { changePassword } from "./account.ts";
import { redeemLink } from "./links.ts";
import { addPasskey, challengeToAdd, ownPasskeys, removePasskey, siteOf } from "./passkeys.ts";
import { loadSession } from "./sessions.ts";
import { renewRecoveryCodes, turnTwoStepOff } from "./two_step.ts";

const { database, drop } = await testDatabase();
const server = startSmtpServer();
Deno.test.afterAll(async () => {
  await server.stop();
  await drop();
});
const environment = environmentOf(database, new FixedClock("2024-03-01T09:00:00Z"));
const site = siteOf("https://billing.calder.example")!;
const password = "four plain words here";

Deno.test("each change of how someone signs in is told to them, once", async () => {
  const email = "amira@calder.example";
  const { userId, linkPath } = await createTenant(environment, operator, {
    name: "Calder",
    adminEmail: email,
  });
  const account = { userId, email, name: "Amira" };
  const token = await redeemLink(environment, linkPath.split("/").at(-1)!, { password, userAgent: "" });
  assert.deepEqual(await sendMail(environment, server), [], "a first password is no change");
  const session = (await loadSession(environment, token))!;
  const input = {
    current: password,
    password: "five other plain words",
    address: "192.0.2.1",
    userAgent: "",
  };
  const addOne = async () => {
    const { options, token } = await challengeToAdd(environment, site, account);
    const credential = new Authenticator().create({ ...options, ...site }, "");
    await addPasskey(environment, site, account, { token, credential });
  };
  const removeOne = async () =>
    await removePasskey(environment, account, (await ownPasskeys(environment, account))[0].id);
  const changes: [RegExp, () => Promise<unknown>][] = [
    [/Your password was changed/, () => changePassword(environment, session, input)],
    [/Two-step sign-in was turned on/, () => turnTwoStepOn(environment, account)],
    [/New recovery codes were made/, () => renewRecoveryCodes(environment, account)],
    [/Two-step sign-in was turned off/, () => turnTwoStepOff(environment, account)],
    [/A passkey was added/, addOne],
    [/A passkey was removed/, removeOne],
  ];
  for (const [words, change] of changes) {
    await change();
    const [mail, ...others] = await sendMail(environment, server);
    assert.deepEqual([mail?.to, others], [[email], []], String(words));
    assert.match(wordsOfMail(mail), words);
  }
  await turnTwoStepOff(environment, account);
  await assert.rejects(changePassword(environment, session, input), { name: "InvalidInput" });
  assert.deepEqual(await sendMail(environment, server), [], "what changed nothing is not told");
});
