/** In a browser: every way to sign in, and two of them together. Passkeys are on a virtual device of Chromium. */
import assert from "node:assert/strict";
import type { BrowserContext, Page } from "playwright-core";
import { redeemLink } from "../../lib/auth/links.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { createTenant } from "../../lib/tenants/create_tenant.ts";
import { assertNothingFound, checkPage } from "../access/harness.ts";
import { mailedLinks, mailSettings } from "../support/account_mail.ts";
import { operator, type TestApp, testApp } from "../support/app.ts";
import { openBrowser, openContext } from "../support/browser.ts";
import { type SmtpServer, startSmtpServer } from "../support/smtp_server.ts";
import { codeAt } from "../support/two_step.ts";

const email = "amira@calder.example";
const password = "four plain words here";
const clock = new FixedClock("2024-03-01T09:00:00Z");

async function newPerson(app: TestApp): Promise<void> {
  const { linkPath } = await createTenant(app.environment, operator, { name: "Calder", adminEmail: email });
  await redeemLink(app.environment, linkPath.split("/").at(-1)!, { password, userAgent: "" });
}

/** Types address and password. */
async function typePassword(page: Page, app: TestApp): Promise<void> {
  await page.goto(`${app.url}/sign-in`);
  await page.getByLabel("Work e-mail address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

async function openMail(page: Page, app: TestApp, server: SmtpServer): Promise<void> {
  const [link] = await mailedLinks(app.environment, server);
  await page.goto(app.url + link);
  await page.getByRole("button", { name: "Sign in" }).click();
}

async function assertSignedIn(page: Page): Promise<void> {
  await page.getByRole("link", { name: "amira" }).first().waitFor();
  assert.match(await page.title(), /Calder – Milepost$/);
}

/** A device that has passkeys and recognises its holder, or does not. */
async function addDevice(context: BrowserContext, page: Page) {
  const session = await context.newCDPSession(page);
  await session.send("WebAuthn.enable");
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    recognise: (isUserVerified: boolean) =>
      session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified }),
    credentials: async () => (await session.send("WebAuthn.getCredentials", { authenticatorId })).credentials,
  };
}

Deno.test(
  { name: "every way to sign in, in a browser", sanitizeOps: false, sanitizeResources: false },
  async (t) => {
    const server = startSmtpServer();
    const app = await testApp({ clock, host: "localhost", settings: mailSettings(server) });
    const browser = await openBrowser();
    const context = await openContext(browser, { width: 1280, scheme: "light" });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    const refusals: string[] = [];
    page.on("console", (message) => {
      if (/Content Security Policy|TrustedScript/i.test(message.text())) refusals.push(message.text());
    });
    const leave = () => context.clearCookies();
    let seed = "", recoveryCode = "";
    try {
      await newPerson(app);
      await t.step("by password", async () => {
        await typePassword(page, app);
        await assertSignedIn(page);
        await page.getByRole("button", { name: "Sign out" }).click();
        await page.getByRole("heading", { name: "Sign in" }).waitFor();
      });
      await t.step("by a link in a mail", async () => {
        await page.getByRole("link", { name: "Mail me a link" }).click();
        await page.getByLabel("Work e-mail address").fill(email);
        await page.getByRole("button", { name: "Mail me a link" }).click();
        await page.getByRole("heading", { name: "Look in your mail" }).waitFor();
        await openMail(page, app, server);
        await assertSignedIn(page);
      });
      await t.step("two-step sign-in is set up from the account page", async () => {
        await page.goto(`${app.url}/account`);
        await page.getByRole("link", { name: "Two-step sign-in with an app" }).click();
        await page.getByRole("button", { name: "Set up two-step sign-in" }).click();
        await page.getByRole("img", { name: "QR code" }).waitFor();
        seed = (await page.locator("code").innerText()).replaceAll(" ", "");
        await page.getByRole("textbox", { name: "Code" }).fill(codeAt(seed, clock.now()));
        await page.getByRole("button", { name: "Turn two-step sign-in on" }).click();
        recoveryCode = await page.locator("ol code").first().innerText();
        await page.getByRole("link", { name: "I have kept the codes" }).click();
        await page.getByText("Recovery codes left").waitFor();
        await leave();
      });
      await t.step("by password and a code of the app", async () => {
        clock.advance({ seconds: 30 });
        await typePassword(page, app);
        await page.getByRole("textbox", { name: "Code" }).fill(codeAt(seed, clock.now()));
        await page.getByRole("button", { name: "Sign in" }).click();
        await assertSignedIn(page);
        await leave();
      });
      await t.step("by password and a recovery code, which works once", async () => {
        for (const isFirst of [true, false]) {
          await typePassword(page, app);
          await page.getByRole("textbox", { name: "Code" }).fill(recoveryCode);
          await page.getByRole("button", { name: "Sign in" }).click();
          if (isFirst) await assertSignedIn(page);
          else await page.getByRole("alert").getByText("This code is wrong or was used").waitFor();
          await leave();
        }
      });
      await t.step("by password and a link in place of the code", async () => {
        await typePassword(page, app);
        await page.getByRole("button", { name: "Mail me a link instead" }).click();
        await page.getByRole("heading", { name: "Look in your mail" }).waitFor();
        await openMail(page, app, server);
        await assertSignedIn(page);
      });
      await t.step("the page of passkeys passes every check of access", async () => {
        const checked = await context.newPage();
        const url = `${app.url}/account/passkeys`;
        assertNothingFound(await checkPage(checked, { url, hasIslands: true }), "the page of passkeys");
        await checked.close();
      });
      const device = await addDevice(context, page);
      await t.step("a passkey is added and named", async () => {
        await page.goto(`${app.url}/account/passkeys`);
        await page.getByRole("button", { name: "Add a passkey" }).click();
        await page.getByRole("textbox", { name: "Name" }).fill("My laptop");
        await page.getByRole("button", { name: "Save the name" }).click();
        await page.getByRole("link", { name: "My laptop", exact: true }).waitFor();
        assert.equal((await device.credentials()).length, 1);
        await page.getByRole("button", { name: "Add a passkey" }).click();
        await page.getByText("The device may have a passkey for Milepost already").waitFor();
        await leave();
      });
      await t.step("by a passkey alone, to the page that was wanted", async () => {
        await page.goto(`${app.url}/customers`);
        await page.getByRole("button", { name: "Use a passkey" }).click();
        await page.waitForURL(`${app.url}/customers`);
        await assertSignedIn(page);
        await leave();
      });
      await t.step("by a passkey in place of the code", async () => {
        await typePassword(page, app);
        await page.getByRole("heading", { name: "Second step" }).waitFor();
        await page.getByRole("button", { name: "Use a passkey" }).click();
        await assertSignedIn(page);
        await leave();
      });
      await t.step("a device that does not recognise its holder signs nobody in", async () => {
        await device.recognise(false);
        await page.goto(`${app.url}/sign-in`);
        await page.getByRole("button", { name: "Use a passkey" }).click();
        await page.getByText("The device may have no passkey for Milepost").waitFor();
        await device.recognise(true);
      });
      await t.step("a passkey that was removed signs nobody in", async () => {
        await page.getByRole("button", { name: "Use a passkey" }).click();
        await assertSignedIn(page);
        await page.goto(`${app.url}/account/passkeys`);
        await page.getByRole("link", { name: "Remove My laptop" }).click();
        await page.getByRole("button", { name: "Remove the passkey" }).click();
        await page.getByText("No passkey yet").waitFor();
        await leave();
        await page.goto(`${app.url}/sign-in`);
        await page.getByRole("button", { name: "Use a passkey" }).click();
        await page.getByRole("alert").getByText("This passkey did not work").waitFor();
      });
      await t.step("without JavaScript the page says what to do", async () => {
        const plain = await browser.newContext({ javaScriptEnabled: false });
        const still = await plain.newPage();
        await still.goto(`${app.url}/sign-in`);
        await still.getByText("To use a passkey, turn on JavaScript").waitFor();
        assert.equal(await still.getByRole("button", { name: "Use a passkey" }).isVisible(), false);
        await plain.close();
      });
      assert.deepEqual(refusals, [], "the content policy refuses nothing");
    } finally {
      await browser.close();
      await app.stop();
      await server.stop();
    }
  },
);
