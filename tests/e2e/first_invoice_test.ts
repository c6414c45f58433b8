/**
 * From an empty tenant to a sent, part-paid invoice: in a browser without script, by keyboard alone, along the steps that Home shows.
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { BrowserContext, Page } from "playwright-core";
import { deliverMessage } from "../../jobs/handlers/deliver_message.ts";
import { handlers as others } from "../../jobs/handlers/list.ts";
import { startWorker } from "../../jobs/worker.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { outboxConnector } from "../../lib/integrations/outbox/connector.ts";
import { createTenant } from "../../lib/tenants/create_tenant.ts";
import { operator, testApp } from "../support/app.ts";
import { openBrowser } from "../support/browser.ts";

/** Someone at a keyboard. */
class Person {
  readonly page: Page;
  presses = 0;

  constructor(page: Page) {
    this.page = page;
  }

  async press(key: string): Promise<void> {
    this.presses++;
    await this.page.keyboard.press(key);
  }

  /** Goes on with Tab until `found`, a test of the focused element `e`, holds. */
  async tabTo(found: string, what: string): Promise<void> {
    for (let step = 0; step < 250; step++) {
      await this.press("Tab");
      const isThere = await this.page.evaluate(
        `((e) => e !== null && e !== document.body && (${found}))(document.activeElement)`,
      );
      if (isThere) return;
    }
    assert.fail(`${what} is not reached by Tab on ${this.page.url()}: ${await this.page.innerText("main")}`);
  }

  /** Into the field with this id. */
  async field(id: string): Promise<void> {
    await this.tabTo(`e.id === ${JSON.stringify(id)}`, `the field ${id}`);
  }

  async type(id: string, text: string): Promise<void> {
    await this.field(id);
    this.presses += text.length;
    await this.page.keyboard.insertText(text);
  }

  /** Chooses by the first letters of the option. */
  async choose(id: string, letters: string): Promise<void> {
    await this.field(id);
    this.presses += letters.length;
    await this.page.keyboard.type(letters);
  }

  /** Presses the link or button with these words, and waits for the page behind it. */
  async follow(words: string): Promise<void> {
    const text = JSON.stringify(words);
    await this.tabTo(
      `(e.tagName === "A" || e.tagName === "BUTTON") && e.textContent.trim().startsWith(${text})`,
      `"${words}"`,
    );
    await Promise.all([this.page.waitForEvent("domcontentloaded"), this.press("Enter")]);
    await this.page.waitForLoadState();
  }

  async reads(sentence: RegExp): Promise<string> {
    const text = await this.page.innerText("main");
    assert.match(text, sentence, `${this.page.url()}: ${text}`);
    return text;
  }
}

/** Asks for newer figures, by the link that the page has for it, until they are there. */
async function follow(person: Person, figures: RegExp): Promise<void> {
  for (let look = 0; look < 100; look++) {
    if (figures.test(await person.page.innerText("main"))) return;
    if (await person.page.locator("main progress").count() === 0) break;
    await person.follow("Update the figures");
  }
  await person.reads(figures);
}

Deno.test({
  name: "a new business comes from nothing to a part-paid invoice by keyboard, without script",
  sanitizeOps: false,
  sanitizeResources: false,
}, async () => {
  const clock = new FixedClock("2024-04-02T09:00:00Z");
  const app = await testApp({ clock });
  const { environment } = app;
  const handlers = [...others, deliverMessage(outboxConnector)];
  const worker = startWorker({ environment, handlers, sweepEveryMs: 50, report: () => {} });
  const browser = await openBrowser();
  const open = async (): Promise<[BrowserContext, Person]> => {
    const context = await browser.newContext({
      javaScriptEnabled: false,
      viewport: { width: 1280, height: 900 },
      locale: "en-GB",
    });
    return [context, new Person(await context.newPage())];
  };
  try {
    const { tenantId, linkPath } = await createTenant(environment, operator, {
      name: "Calder Fleet Services",
      adminEmail: "amira@calder.example",
    });
    const [, amira] = await open();
    await amira.page.goto(app.url + linkPath);
    await amira.type("password", "four plain words here");
    await amira.press("Enter");
    await amira.page.waitForURL(`${app.url}/`);
    await amira.reads(/Your first invoice, step by step/);

    await amira.follow("Add a billing entity");
    await amira.type("name", "Calder Fleet Services Ltd");
    await amira.type("addressLines", "Unit 4, Saltworks Road");
    await amira.choose("country", "United K");
    await amira.choose("currency", "GBP");
    await amira.type("zone", "Europe/London");
    await amira.type("numberPrefix", "CFS");
    await amira.follow("Save the billing entity");
    await amira.reads(/Calder Fleet Services Ltd/);

    await amira.follow("Home");
    await amira.follow("Add a customer");
    await amira.type("name", "Brightwater Facilities Ltd");
    await amira.type("reference", "C-1");
    await amira.type("email", "accounts@brightwater.example");
    await amira.type("addressLines", "18 Canal Wharf, Leeds LS11 5PS");
    await amira.choose("country", "United K");
    await amira.follow("Save the customer");
    await amira.reads(/Brightwater Facilities Ltd/);

    await amira.follow("Home");
    await amira.follow("Add a vehicle");
    await amira.type("reference", "V-1");
    await amira.type("plate", "LU20 EFE");
    await amira.follow("Save the vehicle");

    await amira.follow("Home");
    await amira.follow("Add a plan");
    await amira.type("name", "Lease with mileage");
    await amira.type("reference", "lease");
    await amira.type("currency", "GBP");
    await amira.type("charge-1-name", "Distance");
    await amira.type("charge-1-reference", "km");
    await amira.choose("charge-1-kind", "For");
    await amira.choose("charge-1-model", "Price");
    await amira.follow("Show the fields for these two");
    await amira.type("charge-1-event", "trip");
    await amira.type("charge-1-field", "km");
    await amira.type("charge-1-price-unit", "0.50");
    await amira.type("charge-1-taxPercent", "20");
    await amira.follow("Save the plan");
    await amira.reads(/Sum of km of trip events, £0\.50 per km/);

    await amira.follow("Home");
    await amira.follow("Add a contract");
    await amira.type("reference", "K-1");
    await amira.choose("customer", "Bright");
    await amira.choose("entity", "Calder");
    await amira.choose("plan", "Lease");
    await amira.field("startDate");
    await amira.page.keyboard.type("01012024");
    await amira.type("vehicles", "V-1");
    await amira.follow("Save the contract");
    await amira.reads(/V-1/);

    await amira.follow("Home");
    await amira.follow("Import usage");
    await amira.field("file");
    await amira.page.setInputFiles("#file", {
      name: "march.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(
        "id,event,vehicle,at,km,cost,purpose\nt-1,trip,V-1,2024-03-05T10:00:00Z,1000,,business\n",
      ),
    });
    await amira.follow("Import the file");
    await follow(amira, /Events\s+1/);

    await amira.follow("Home");
    await amira.follow("Issue an invoice");
    await amira.follow("Invoice runs");
    await amira.follow("Prepare a run");
    await amira.follow("Preview the run");
    await follow(amira, /Nothing is issued yet/);
    const run = amira.page.url();

    const [approving, tom] = await open();
    const member = await app.visitor(tenantId, "approver");
    const [name, value] = member.cookie.split("=");
    await approving.addCookies([{ name, value, url: app.url }]);
    await tom.page.goto(run);
    await tom.follow("Approve 1 invoice, £600.00");
    await follow(tom, /1 invoice issued, and each was counted a second time/);
    await follow(tom, /Everything that goes by e-mail is sent/);

    await amira.follow("Home");
    await amira.follow("CFS-2024-0001");
    await amira.follow("Why this amount?");
    await amira.reads(/1,?000 × 0\.50/);
    await amira.follow("Print the invoice");
    assert.match(await amira.page.innerText("body"), /Invoice CFS-2024-0001/);
    await amira.follow("Back to the invoice");
    await amira.reads(/to accounts@brightwater\.example/);
    await amira.follow("Record a payment");
    await amira.field("amount");
    await amira.press("Control+a");
    await amira.page.keyboard.insertText("250");
    await amira.follow("Record the payment");
    await amira.reads(/£350\.00/);
    console.info(`${amira.presses + tom.presses} presses of a key`);
  } finally {
    await worker.stop();
    await browser.close();
    await app.stop();
  }
});
