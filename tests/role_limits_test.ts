/** A limit of a role binds each command whose amount it bounds: one penny too much is refused and the amount itself passes. */
import assert from "node:assert/strict";
import { rightsOf } from "../lib/auth/policy.ts";
import { capabilities, type Capability } from "../lib/core/actor.ts";
import { FixedClock } from "../lib/core/clock.ts";
import { execute, type Execution } from "../lib/core/command.ts";
import { isMilepostError } from "../lib/core/errors.ts";
import { draftInvoice, issueDraft, issueInvoice } from "../lib/invoicing/commands.ts";
import { issueCreditNote } from "../lib/invoicing/credit/commands.ts";
import { approveRun, prepareRun } from "../lib/invoicing/run/commands.ts";
import { voidInvoice } from "../lib/invoicing/void/commands.ts";
import { writeOffInvoice } from "../lib/invoicing/write_off/commands.ts";
import { grantWalletMoney } from "../lib/payments/wallet/commands.ts";
import { driveRun } from "../tools/run_month.ts";
import { insertTestBusiness } from "./support/billing.ts";
import { testActor, testUser } from "./support/command.ts";
import { testDatabase } from "./support/database.ts";
import { environmentOf } from "./support/environment.ts";
import { issueTestInvoices } from "./support/issued_invoices.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);
const environment = environmentOf(database, new FixedClock("2024-06-03T09:00:00Z"));

/** A business whose customer owes 494.40 for January; February is not billed yet. */
async function newScene() {
  const business = await insertTestBusiness(database);
  const { tenantId, entityId } = business;
  const { customerId, contractId, invoices: [{ id: invoiceId }] } = await issueTestInvoices(
    environment,
    business,
    { reference: "K-001", months: 1 },
  );
  const february = { contractId, periodStart: "2024-02-01", periodEnd: "2024-03-01" };
  return { tenantId, entityId, customerId, invoiceId, february, asAnyone: { tenantId, actor: testActor() } };
}

type Scene = Awaited<ReturnType<typeof newScene>>;
type Attempt = (execution: Execution) => Promise<unknown>;

/** Each command with the right whose limit bounds it; all are about 494.40. */
const bounded: [string, Capability, (scene: Scene) => Attempt | Promise<Attempt>][] = [
  ["invoice_run.approve", "invoices.approve", async ({ tenantId, entityId, asAnyone }) => {
    const input = { billingEntityId: entityId, month: "2024-02" };
    const { runId } = await execute(environment, prepareRun, asAnyone, input);
    const { run } = await driveRun(environment, tenantId, runId);
    const approval = { runId, resultHash: run.resultHash!.toHex() };
    return (execution) => execute(environment, approveRun, execution, approval);
  }],
  ...(["invoices.approve", "invoices.issue"] as const).flatMap((
    capability,
  ): typeof bounded => [
    [
      "invoice.issue",
      capability,
      ({ february }) => (execution) => execute(environment, issueInvoice, execution, february),
    ],
    ["invoice.issue_draft", capability, async ({ asAnyone, february }) => {
      const draft = await execute(environment, draftInvoice, asAnyone, february);
      assert.ok(draft.outcome === "drafted");
      return (execution) => execute(environment, issueDraft, execution, { invoiceId: draft.invoiceId });
    }],
  ]),
  ["credit_note.issue", "invoices.issue", ({ invoiceId }) => (execution) => {
    const input = {
      invoiceId,
      credit: { kind: "whole" },
      purpose: "correction",
      reason: "Wrong van",
    } as const;
    return execute(environment, issueCreditNote, execution, input);
  }],
  [
    "invoice.void",
    "invoices.approve",
    ({ invoiceId }) => (execution) =>
      execute(environment, voidInvoice, execution, { invoiceId, reason: "Wrong contract" }),
  ],
  ["invoice.write_off", "invoices.approve", ({ invoiceId }) => (execution) => {
    const input = { invoiceId, reason: "Insolvent", claimsTax: false };
    return execute(environment, writeOffInvoice, execution, input);
  }],
  ["wallet.grant", "contracts.write", ({ customerId, entityId }) => (execution) => {
    const gift = { customerId, billingEntityId: entityId, currency: "GBP", name: "Gift", amount: "494.40" };
    return execute(environment, grantWalletMoney, execution, gift);
  }],
];

for (const [command, capability, prepare] of bounded) {
  Deno.test(`${command} keeps to the limit of ${capability}`, async () => {
    const scene = await newScene();
    const attempt = await prepare(scene);
    const upTo = (most: bigint): Execution => ({
      tenantId: scene.tenantId,
      actor: {
        ...testUser(crypto.randomUUID()),
        ...rightsOf([], [
          { capabilities: capabilities.filter((name) => name !== capability), limits: [] },
          { capabilities: [capability], limits: [{ capability, currency: "GBP", most }] },
        ]),
      },
    });
    await assert.rejects(
      attempt(upTo(49_439n)),
      (error) =>
        isMilepostError(error, "NotPermitted") && /up to £494\.39, and this is £494\.40/.test(error.message),
    );
    await attempt(upTo(49_440n));
  });
}
