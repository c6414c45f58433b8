/** The whole app with the demo's business in it, for the visits of the access tests. */
import { createHash } from "node:crypto";
import type { BrowserContext } from "playwright-core";
import { insertPasskey } from "../../db/queries/passkey.ts";
import { setUserPassword } from "../../db/queries/user.ts";
import { setIdentityProvider } from "../../db/queries/identity_provider.ts";
import { withSystem } from "../../db/system.ts";
import { type TenantDb, withTenant } from "../../db/tenant.ts";
import { FixedClock, systemClock } from "../../lib/core/clock.ts";
import type { Actor } from "../../lib/core/actor.ts";
import { type Environment, execute } from "../../lib/core/command.ts";
import { createApiKey } from "../../lib/auth/api_keys.ts";
import { completeSignIn } from "../../lib/auth/complete_sign_in.ts";
import { holdForm } from "../../lib/auth/held_forms.ts";
import { hashPassword } from "../../lib/auth/password.ts";
import { makeLink } from "../../lib/auth/links.ts";
import { openSession } from "../../lib/auth/sessions.ts";
import { beginTwoStep } from "../../lib/auth/two_step.ts";
import { createCoupon, redeemCoupon } from "../../lib/contracts/coupons/commands.ts";
import { agreeTerm } from "../../lib/contracts/terms/commands.ts";
import { localDate } from "../../lib/core/period.ts";
import { draftInvoice } from "../../lib/invoicing/commands.ts";
import { issueCreditNote } from "../../lib/invoicing/credit/commands.ts";
import { prepareRun } from "../../lib/invoicing/run/commands.ts";
import { setRunSchedule } from "../../lib/invoicing/schedule/commands.ts";
import { quarterOf } from "../../lib/invoicing/simulation/quarter.ts";
import { findBillableContract } from "../../lib/invoicing/views.ts";
import { voidInvoice } from "../../lib/invoicing/void/commands.ts";
import { writeOffInvoice } from "../../lib/invoicing/write_off/commands.ts";
import { recordExchangeRate } from "../../lib/currencies/commands.ts";
import { saveView } from "../../lib/saved_views/commands.ts";
import { payIntoWallet } from "../../lib/payments/wallet/commands.ts";
import { createRole } from "../../lib/tenants/custom_roles.ts";
import { invite } from "../../lib/tenants/invitations.ts";
import { listTeam, makeMemberLink } from "../../lib/tenants/members.ts";
import { createApiClient } from "../../lib/oauth/api_clients.ts";
import { guessChoice } from "../../lib/imports/column_guess.ts";
import { keepUploadedFile } from "../../lib/usage/commands.ts";
import { mapUsageImport } from "../../lib/usage/mapping_commands.ts";
import { ownMappings } from "../../lib/usage/mappings.ts";
import { lookAtUpload } from "../../lib/usage/waiting_file.ts";
import { approveBankDetails, proposeBankDetails } from "../../lib/tenants/bank_details.ts";
import { writeToken } from "../../lib/invoicing/link/token.ts";
import { addressOfLink } from "../../lib/invoicing/link/views.ts";
import { createCustomer } from "../../lib/customers/commands.ts";
import { recordConsent, writeConsentText } from "../../lib/privacy/consents.ts";
import { eraseSubject } from "../../lib/privacy/commands.ts";
import { setUpDemo } from "../../tools/demo_business.ts";
import { driveRun } from "../../tools/run_month.ts";
import { issueManualInvoice } from "../../lib/invoicing/manual/commands.ts";
import { writeTestManual } from "../support/manual_invoices.ts";
import {
  operator,
  type TestApp,
  testApp,
  type TestAppOptions,
  type Visitor as Member,
} from "../support/app.ts";
import { turnTwoStepOn } from "../support/two_step.ts";
import { cookieName } from "../../session_cookie.ts";
import { payInvoices } from "./pay_invoices.ts";
import { seedTax } from "./samples/tax.ts";
import type { Visitor } from "./routes.ts";
import type { RunningApp } from "./visit.ts";
import { testSecrets } from "../support/environment.ts";

/** With what tests need who ask it without a browser. */
export interface SeededApp extends RunningApp {
  app: TestApp;
  /** The business that is seeded. */
  tenantId: string;
  /** What `fill` fills in. */
  ids: Readonly<Record<string, string>>;
}

export async function startApp(
  settings: Record<string, string> = {},
  options: Pick<TestAppOptions, "origin" | "around"> = {},
): Promise<SeededApp> {
  const app = await testApp({
    ...options,
    clock: new FixedClock(systemClock.now()),
    // Browsers have passkeys for a name only.
    host: "localhost",
    // Pages offer mail where there is a server for it; nothing is sent.
    settings: {
      MILEPOST_SMTP_URL: "smtp://127.0.0.1:9",
      MILEPOST_MAIL_FROM: "milepost@calder.example",
      ...settings,
    },
  });
  try {
    const { database } = app.database;
    await setUpDemo(database, testSecrets, () => {});
    const tenantId = await withSystem(database, async (db) => {
      const [{ id }] = await db.sql<{ id: string }[]>`select id from tenant`;
      return id;
    });
    const asker = { tenantId, actor: operator };
    const contract = await withTenant(
      database,
      tenantId,
      (db) => findBillableContract(db, "K-001", app.environment.clock.now()),
    );
    const { start, end } = contract.periods[0];
    const draft = await execute(app.environment, draftInvoice, asker, {
      contractId: contract.id,
      periodStart: start.toString(),
      periodEnd: end.toString(),
    });
    if (!("invoiceId" in draft)) throw new Error(`The demo has no period to draft: ${draft.reason}`);
    const { apiKeyId } = await createApiKey(app.environment, asker, {
      name: "Telematics",
      capabilities: ["usage.import"],
    });
    await seedProvider(app.environment, tenantId);
    const { apiClientId } = await createApiClient(app.environment, asker, {
      name: "Charging stations",
      capabilities: ["usage.import"],
    });
    const link = await makeMemberLink(app.environment, asker, "viewer@demo.test");
    const quarter = quarterOf(localDate(app.environment.clock.now(), "UTC").subtract({ months: 3 }));
    const ids: Record<string, string> = {
      draft: draft.invoiceId,
      api_key: apiKeyId,
      api_client: apiClientId,
      tenant: tenantId,
      company: "calder",
      sign_in_link: link,
      quarter,
      documents: "credit-notes",
    };
    for (const [name, rows] of Object.entries(await findIds(database, tenantId))) ids[name] = rows[0].id;
    ids.term = (await execute(app.environment, agreeTerm, asker, {
      contractId: ids.contract,
      kind: "commitment",
      name: "Commitment",
      minimum: "500.00",
      cap: "900.00",
      taxRate: "S 19",
      fromDate: localDate(app.environment.clock.now(), "UTC").add({ months: 1 }).toString(),
    })).termId;
    const byHand = (count: number) =>
      writeTestManual(app.environment, asker, {
        customer: "C-001",
        supplyDate: localDate(app.environment.clock.now(), "UTC").toString(),
        purchaseOrder: "PO-4471",
        note: "Thank you for the quick return of the van.",
        lines: Array.from({ length: count }, (_, index) => ({
          description: `Repair of panel ${index + 1}`,
          about: "Van V-0001",
          unit: "hours",
          quantity: "2.5",
          unitPrice: "48.00",
          discountPercent: "10",
          tax: "S 20",
        })),
      });
    ids.manual = (await byHand(3)).manualInvoiceId;
    ids.long_manual = (await byHand(1000)).manualInvoiceId;
    const manual = await execute(app.environment, issueManualInvoice, asker, await byHand(1000));
    ids.manual_invoice = manual.invoiceId;
    ids.coupon = (await execute(app.environment, createCoupon, asker, {
      code: "SPRING",
      name: "Spring offer",
      percent: "10",
      periods: "3",
      redemptionsMost: "100",
    })).couponId;
    ids.discount = (await execute(app.environment, redeemCoupon, asker, {
      customerId: ids.customer,
      code: "SPRING",
      fromDate: localDate(app.environment.clock.now(), "UTC").add({ months: 1 }).toString(),
    })).termId;
    ids.ahead = localDate(app.environment.clock.now(), "UTC").add({ months: 1 }).toString();
    await execute(app.environment, payIntoWallet, asker, {
      customerId: ids.customer,
      billingEntityId: ids.entity,
      currency: "GBP",
      kind: "paid",
      name: "Paid ahead",
      amount: "500.00",
      receivedOn: localDate(app.environment.clock.now(), "UTC").toString(),
      method: "card",
      expiresOn: "2099-01-01",
    });
    ids.bank_details = (await execute(app.environment, proposeBankDetails, asker, {
      billingEntityId: ids.entity,
      accountHolder: "Calder Fleet Services Ltd",
      iban: "GB29 NWBK 6016 1331 9268 19",
      accountNumber: "",
      routingNumber: "",
      bic: "NWBKGB2L",
      bankName: "National Westminster Bank",
    })).bankDetailsId;
    await giveBankDetails(app.environment, asker, ids.german_entity);
    await execute(app.environment, createCustomer, asker, {
      reference: "C-GONE",
      name: "Gone",
      addressLines: [],
    });
    ids.privacy_request =
      (await execute(app.environment, eraseSubject, asker, { subject: "customer", who: "C-GONE" })).requestId;
    const { consentTextId } = await execute(app.environment, writeConsentText, asker, {
      purpose: "Invoices by e-mail",
      words: "We agree to get our invoices by e-mail and not on paper.",
    });
    ids.consent = (await execute(app.environment, recordConsent, asker, {
      customerId: ids.customer,
      consentTextId,
      agreedBy: "Amira Haddad",
      agreedOn: localDate(app.environment.clock.now(), "UTC").toString(),
    })).consentId;
    const times = { billingEntityId: ids.entity, isOn: true, dayOfMonth: 31, time: "06:00" };
    await execute(app.environment, setRunSchedule, asker, times);
    ids.waiting_run = await prepareEarlierRun(app.environment, asker, ids.entity, start);
    Object.assign(ids, await payInvoices(app.environment, asker, ids.invoice));
    ids.credit_note = (await execute(app.environment, issueCreditNote, asker, {
      invoiceId: ids.invoice,
      credit: { kind: "amount", amount: "10.00" },
      purpose: "concession",
      reason: "One van stood in the workshop",
    })).creditNoteId;
    await execute(app.environment, voidInvoice, asker, {
      invoiceId: ids.void_invoice,
      reason: "Issued under the wrong contract",
    });
    Object.assign(ids, await payTokens(app.environment, tenantId, ids));
    // one of today, and one too old to be used
    const today = localDate(app.environment.clock.now(), "UTC");
    for (const [quote, rate, days] of [["USD", "1.0873", 0], ["JPY", "161.44", 40]] as const) {
      const day = `${today.subtract({ days })}`;
      await execute(app.environment, recordExchangeRate, asker, { base: "EUR", quote, day, rate });
    }
    await execute(app.environment, writeOffInvoice, asker, {
      invoiceId: ids.written_off_invoice,
      reason: "The customer is insolvent",
      claimsTax: true,
    });
    Object.assign(ids, await seedTax(app.environment, asker, ids));
    ids.waiting_import = await uploadForMapping(app.environment, asker, "tracker.csv");
    ids.usage_mapping = await keepMapping(
      app.environment,
      asker,
      await uploadForMapping(app.environment, asker, "other-tracker.csv"),
    );
    const { roleId } = await execute(app.environment, createRole, asker, {
      name: "Depot lead",
      description: "Checks what the depot bills.",
      capabilities: ["invoices.approve", "invoices.issue"],
      limits: { "invoices.approve": "10,000 EUR\n9,000 GBP" },
    });
    ids.role = roleId;
    ids.member = (await app.visitor(tenantId, "viewer")).userId;
    const invited = { email: "tom@calder.example", roles: ["approver"] };
    const { linkPath } = await invite(app.environment, asker, invited);
    ids.invitation_token = linkPath.slice("/invitation/".length);
    ids.invitation = (await listTeam(app.environment, tenantId)).invitations[0].id;
    const biller = await app.visitor(tenantId, "biller");
    ids.mailed_link = await withSystem(
      database,
      (db) => makeLink(db, biller.userId, app.environment.clock.now(), "sign_in"),
    );
    await withSystem(
      database,
      (db) =>
        openSession(db, biller.userId, secondBrowser, app.environment.clock.now(), ["password", "totp"]),
    );
    const owner: Actor = { ...operator, kind: "user", id: biller.userId };
    const views = [["Paid", "status=paid&search=Oak"], [
      "Late invoices of all the Oaks",
      "status=overdue&search=Oak",
    ]];
    for (const [name, query] of views) {
      const asked = { tenantId, actor: owner };
      ids.view = (await execute(app.environment, saveView, asked, { list: "invoices", name, query })).viewId;
    }
    const admin = await app.visitor(tenantId, "admin");
    await beginTwoStep(app.environment, biller);
    await turnTwoStepOn(app.environment, admin);
    ids.passkey = (await withSystem(database, (db) =>
      insertPasskey(db, {
        userId: admin.userId,
        credentialId: "none",
        publicKey: new Uint8Array(),
        signCount: 0n,
        transports: [],
        name: "My laptop",
        now: app.environment.clock.now(),
      })))!;
    const members = new Map<Visitor, Member>([["biller", biller], ["admin", admin]]);
    const urlWithoutMail = app.beside({ MILEPOST_SMTP_URL: "", MILEPOST_MAIL_FROM: "" });
    return {
      app,
      tenantId,
      ids,
      url: app.url,
      urlWithoutMail,
      fill: (path) =>
        path.replace(/\{(\w+)\}/g, (_, name) => {
          if (ids[name] === undefined) throw new Error(`${path}: nothing is seeded for {${name}}`);
          return ids[name];
        }),
      async signIn(context: BrowserContext, visitor) {
        if (visitor === "signed_out") return;
        if (visitor === "between_steps") {
          const value = await doFirstStep(app.environment, await app.visitor(tenantId, "viewer"));
          await context.addCookies([{ name: cookieName(app.origin, "step"), value, url: app.url }]);
          return;
        }
        const member = members.get(visitor) ??
          (visitor === "newcomer"
            ? await app.visitor(await app.newTenant("Calder"), "biller")
            : await app.visitor(tenantId, visitor === "long_signed_in" ? "admin" : visitor));
        members.set(visitor, member);
        if (visitor === "long_signed_in") {
          const value = await leaveForm(app.environment, member);
          await context.addCookies([{ name: cookieName(app.origin, "held"), value, url: app.url }]);
        }
        const [name, value] = member.cookie.split("=");
        await context.addCookies([
          { name, value, url: app.url },
          { name: cookieName(urlWithoutMail), value, url: urlWithoutMail },
        ]);
      },
      stop: () => app.stop(),
    };
  } catch (error) {
    await app.stop();
    throw error;
  }
}

const secondBrowser =
  "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36";

/** Of someone with two-step sign-in: gives what the browser holds after the first step. */
async function doFirstStep(environment: Environment, account: Member): Promise<string> {
  await turnTwoStepOn(environment, account);
  const visit = { address: "192.0.2.1", userAgent: "test" };
  const now = environment.clock.now();
  const { token } = await withSystem(
    environment.database,
    (db) => completeSignIn(db, account, "password", visit, now),
  );
  return token;
}

/** Of someone with a password who last proved an hour ago who they are: gives what the browser holds for the form that waits. */
async function leaveForm(environment: Environment, { userId, tenantId }: Member): Promise<string> {
  const passwordHash = await hashPassword("four plain words here");
  await withSystem(environment.database, async (db) => {
    await setUserPassword(db, userId, passwordHash);
    await db.query.updateTable("session")
      .set({ authenticated_at: environment.clock.now().subtract({ hours: 1 }) })
      .where("user_id", "=", userId).execute();
  });
  const form = { path: "/api-keys", contentType: "text/plain", body: new Uint8Array() };
  return (await holdForm(environment, { token: null, userId, tenantId }, form)).token;
}

/** A company that signs in by a provider of its own, which no visit calls. */
async function seedProvider({ database, secrets, clock }: Environment, tenantId: string): Promise<void> {
  const context = { tenantId, record: `identity_provider:${tenantId}` };
  const clientSecretSealed = await secrets.seal(context, new TextEncoder().encode("never used"));
  await withTenant(database, tenantId, (db) =>
    setIdentityProvider(db, {
      address: "calder",
      issuer: "https://login.calder.example",
      clientId: "milepost",
      clientSecretSealed,
      domains: ["calder.example"],
      newcomerRole: null,
      updatedBy: "cli:operator",
      now: clock.now(),
    }));
}

/** An account in force, as two people agreed. */
async function giveBankDetails(
  environment: Environment,
  asker: { tenantId: string; actor: Actor },
  billingEntityId: string,
): Promise<void> {
  const { bankDetailsId } = await execute(environment, proposeBankDetails, asker, {
    billingEntityId,
    accountHolder: "Calder Flotten GmbH",
    iban: "DE89 3704 0044 0532 0130 00",
    accountNumber: "",
    routingNumber: "",
    bic: "COBADEFFXXX",
    bankName: "Commerzbank",
  });
  const second = { ...asker, actor: { ...operator, id: "second" } };
  await execute(environment, approveBankDetails, second, { bankDetailsId });
}

/** What customers open invoices by: one to pay, one that is paid, one in German, and one of no invoice. */
async function payTokens(environment: Environment, tenantId: string, ids: Readonly<Record<string, string>>) {
  const tokens: Record<string, string> = {
    other_pay_token: writeToken(new Uint8Array(32), { tenantId, invoiceId: ids.open_invoice, generation: 1 }),
  };
  const named = {
    pay_token: ids.open_invoice,
    paid_pay_token: ids.paid_invoice ?? ids.invoice,
    german_pay_token: ids.german_invoice,
  };
  await withTenant(environment.database, tenantId, async (db) => {
    for (const [name, id] of Object.entries(named)) {
      tokens[name] = (await addressOfLink(db, environment, id))!.split("/").at(-1)!;
    }
  });
  return tokens;
}

/** A run of the month before the last that is not billed yet, previewed and not approved. */
async function prepareEarlierRun(
  environment: Environment,
  asker: { tenantId: string; actor: Actor },
  billingEntityId: string,
  unbilled: Temporal.PlainDate,
): Promise<string> {
  const month = unbilled.subtract({ months: 1 }).toString().slice(0, 7);
  const { runId } = await execute(environment, prepareRun, asker, { billingEntityId, month });
  await driveRun(environment, asker.tenantId, runId);
  return runId;
}

/** A file that waits until someone says what its columns are. */
async function uploadForMapping(
  environment: Environment,
  asker: { tenantId: string; actor: Actor },
  fileName: string,
): Promise<string> {
  const content = new TextEncoder().encode(
    "Trip no;Reg;Start;Distance km;Driver\nT-1;V-0001;31/01/2024 09:30;12.4;Ann\nT-2;V-0002;31/01/2024 10:10;7;Ben\n",
  );
  const { usageImportId } = await execute(
    environment,
    keepUploadedFile(ReadableStream.from([content])),
    asker,
    {
      fileName,
      mapping: "fleet-usage",
      bytesTotal: content.length,
      sha256: createHash("sha256").update(content).digest("hex"),
    },
  );
  return usageImportId;
}

/** Reads a waiting file by what is guessed of its columns, and keeps the mapping. */
async function keepMapping(
  environment: Environment,
  asker: { tenantId: string; actor: Actor },
  usageImportId: string,
): Promise<string> {
  const { database } = environment;
  const read = <Found>(work: (db: TenantDb) => Promise<Found>) =>
    withTenant(database, asker.tenantId, work, { readOnly: true });
  const { look } = await read((db) => lookAtUpload(db, usageImportId, ""));
  const choice = guessChoice(look, "Europe/London");
  await execute(environment, mapUsageImport, asker, {
    usageImportId,
    delimiter: "",
    choice,
    name: "Tracker",
  });
  return (await read(ownMappings))[0].id;
}

/** One of each thing that has a page of its own. */
async function findIds(
  database: Parameters<typeof withTenant>[0],
  tenantId: string,
): Promise<Record<string, { id: string }[]>> {
  return await withTenant(database, tenantId, async (db) => ({
    invoice: await db.sql<{ id: string }[]>`
      select id from invoice where number like 'CFS-%' order by issue_date desc, number limit 1`,
    // one that went to nobody, and one that did
    void_invoice: await db.sql<{ id: string }[]>`
      select id from invoice where number like 'CFS-%' and state = 'issued' and not exists (
        select from message where message.invoice_id = invoice.id) order by number limit 1`,
    written_off_invoice: await db.sql<{ id: string }[]>`
      select id from invoice where number like 'CFS-%' and state = 'issued' and exists (
        select from message where message.invoice_id = invoice.id) order by number limit 1`,
    open_invoice: await db.sql<{ id: string }[]>`
      select id from invoice where number like 'CFS-%' and state = 'issued'
      order by issue_date desc, number desc limit 1`,
    german_invoice: await db.sql<{ id: string }[]>`
      select invoice.id from invoice join billing_entity entity on entity.id = invoice.billing_entity_id
      where entity.language = 'de-DE' and invoice.state = 'issued' order by invoice.number limit 1`,
    german_entity: await db.sql<{ id: string }[]>`select id from billing_entity where language = 'de-DE'`,
    customer: await db.sql<{ id: string }[]>`select id from customer where reference = 'C-001'`,
    vehicle: await db.sql<{ id: string }[]>`select id from vehicle where reference = 'V-0001'`,
    plan: await db.sql<{ id: string }[]>`select id from rate_plan where reference = 'pool-gbp'`,
    index: await db.sql<{ id: string }[]>`select id from price_index limit 1`,
    index_day: await db.sql<{ id: string }[]>`
      select date::text as id from price_index_value order by date desc limit 1`,
    contract: await db.sql<{ id: string }[]>`select id from contract where reference = 'K-004'`,
    assigned_vehicle: await db.sql<{ id: string }[]>`
      select stay.vehicle_id as id from contract_vehicle stay
      join contract on contract.tenant_id = stay.tenant_id and contract.id = stay.contract_id
      where contract.reference = 'K-004' order by stay.from_date desc limit 1`,
    entity: await db.sql<{ id: string }[]>`select id from billing_entity where number_prefix = 'CFS'`,
    account_code: await db.sql<{ id: string }[]>`
      select code as id from ledger_account where name = 'Accounts receivable' limit 1`,
    first_month: await db.sql<{ id: string }[]>`
      select to_char(min(posted_on), 'YYYY-MM') as id from ledger_transaction posted
      join billing_entity entity on entity.id = posted.billing_entity_id
      where entity.number_prefix = 'CFS'`,
    last_month: await db.sql<{ id: string }[]>`
      select to_char(max(posted_on), 'YYYY-MM') as id from ledger_transaction posted
      join billing_entity entity on entity.id = posted.billing_entity_id
      where entity.number_prefix = 'CFS'`,
    registration: await db.sql<{ id: string }[]>`
      select registration.id from tax_registration registration
      join billing_entity entity on entity.id = registration.billing_entity_id
      where entity.number_prefix = 'CFS'`,
    run: await db.sql<{ id: string }[]>`select id from invoice_run order by id desc limit 1`,
    audit_event: await db.sql<{ id: string }[]>`
      select id from audit_event where command = 'customer.create' order by xid limit 1`,
    usage_import: await db.sql<{ id: string }[]>`
      select id from usage_import order by quarantined_count desc limit 1`,
  }));
}
