/** Sign-in at a real identity provider in a real browser, without script: from the sign-in page to the page that was asked for. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";
import { saveIdentityProvider } from "../../lib/oidc/identity_provider.ts";
import { addMember } from "../../lib/tenants/members.ts";
import { operator, testApp } from "../support/app.ts";
import { openBrowser } from "../support/browser.ts";

const client = { client_id: "milepost", client_secret: "kept between the provider and Milepost" };

/** The provider of npm: whoever signs in there as `amira` has the address amira@calder.example. */
function makeProvider(issuer: string, redirectUri: string): Provider {
  return new Provider(issuer, {
    clients: [{ ...client, redirect_uris: [redirectUri] }],
    cookies: { keys: ["one key for the cookies of a test"] },
    pkce: { required: () => true },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    // Puts the claims of the scopes into the ID token, as most providers do.
    conformIdTokenClaims: false,
    findAccount: (_context: unknown, accountId: string) => ({
      accountId,
      claims: () => ({
        sub: accountId,
        email: `${accountId}@calder.example`,
        email_verified: accountId !== "unchecked",
        name: "Amira Haddad",
      }),
    }),
  });
}

Deno.test({
  name: "someone signs in by their company's provider; whose address is unchecked does not",
  // The provider keeps timers of its own.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(t) {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const app = await testApp({ settings: { MILEPOST_OUTGOING_ALLOWED: issuer } });
    const browser = await openBrowser();
    try {
      const tenantId = await app.newTenant("Calder Fleet");
      const redirectUri = `${app.origin}/sign-in/sso/${tenantId}/callback`;
      server.on("request", makeProvider(issuer, redirectUri).callback());
      const asker = { tenantId, actor: operator };
      await saveIdentityProvider(app.environment, asker, {
        address: "calder",
        issuer,
        clientId: client.client_id,
        clientSecret: client.client_secret,
        domains: "calder.example",
        newcomerRole: "",
      });
      for (const email of ["amira@calder.example", "unchecked@calder.example"]) {
        await addMember(app.environment, asker, { email, roles: ["biller"] });
      }

      /** From the page that was asked for to wherever the provider sends the browser. */
      const signInAs = async (login: string) => {
        const context = await browser.newContext({ javaScriptEnabled: false, locale: "en-GB" });
        const page = await context.newPage();
        await page.goto(`${app.url}/customers`);
        await page.getByRole("link", { name: "Sign in by your company" }).click();
        await page.getByLabel("Address of your company").fill("Calder");
        await page.getByRole("button", { name: "Go on" }).click();
        await page.getByRole("link", { name: "Go on to your company" }).click();
        assert.ok(page.url().startsWith(`${issuer}/interaction/`), page.url());
        await page.locator("[name=login]").fill(login);
        await page.locator("[name=password]").fill("anything");
        await page.locator("[type=submit]").click();
        await page.locator("[type=submit]").click();
        return { page, context };
      };

      await t.step("a member comes in, to the page that was asked for", async () => {
        const { page, context } = await signInAs("amira");
        assert.equal(page.url(), `${app.url}/customers`);
        assert.equal(await page.locator("h1").innerText(), "Customers");
        await context.close();
      });
      await t.step("an address that the provider has not checked is told why", async () => {
        const { page, context } = await signInAs("unchecked");
        assert.equal(await page.locator("h1").innerText(), "You are not signed in");
        await page.goto(`${app.url}/customers`);
        assert.match(page.url(), /\/sign-in\?next=/);
        await context.close();
      });
    } finally {
      await browser.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await app.stop();
    }
  },
});
