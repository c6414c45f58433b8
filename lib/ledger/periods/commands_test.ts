/** Closing months on a real database: what stands in the way, that nothing is posted afterwards by any way, and re-opening. */
import assert from "node:assert/strict";
import { withTenant } from "../../../db/tenant.ts";
import { audit } from "../../../tests/support/audit.ts";
import { insertTestBusiness } from "../../../tests/support/billing.ts";
import { testActor, testEnvironment, until } from "../../../tests/support/command.ts";
import { testDatabase } from "../../../tests/support/database.ts";
import { issueTestInvoices } from "../../../tests/support/issued_invoices.ts";
import { FixedClock } from "../../core/clock.ts";
import { type Command, execute, type Json } from "../../core/command.ts";
import { isMilepostError } from "../../core/errors.ts";
import { issueCreditNote } from "../../invoicing/credit/commands.ts";
import { voidInvoice } from "../../invoicing/void/commands.ts";
import { auditBreaches } from "../../ops/audit/audit.ts";
import { recordPayment } from "../../payments/commands.ts";
import { closePeriod, reopenPeriod } from "./commands.ts";
import { findPeriod, listPeriods } from "./views.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);

/** A business with two invoices of 3 June 2024, on 2 August. */
async function scene() {
  const clock = new FixedClock("2024-06-03T09:00:00Z");
  const environment = { ...testEnvironment(database), clock };
  const business = await insertTestBusiness(database);
  const { tenantId, entityId: billingEntityId } = business;
  const issued = await issueTestInvoices(environment, business, { reference: "P" });
  clock.moveTo("2024-08-02T09:00:00Z");
  const execution = { tenantId, actor: testActor() };
  return {
    ...issued,
    tenantId,
    billingEntityId,
    clock,
    close: (month: string) => execute(environment, closePeriod, execution, { billingEntityId, month }),
    reopen: (month: string, reason = "A payment came to light") =>
      execute(environment, reopenPeriod, execution, { billingEntityId, month, reason }),
    pay: (receivedOn: string) =>
      execute(environment, recordPayment, execution, {
        settles: { invoiceId: issued.invoices[0].id },
        amount: "10.00",
        currency: "GBP",
        receivedOn,
        method: "cash",
      }),
    endInvoice: () =>
      execute(environment, voidInvoice, execution, { invoiceId: issued.invoices[1].id, reason: "Wrong" }),
    credit: () =>
      execute(environment, issueCreditNote, execution, {
        invoiceId: issued.invoices[1].id,
        credit: { kind: "amount", amount: "1" },
        purpose: "concession",
        reason: "Late",
      }),
    period: (month: string) =>
      withTenant(database, tenantId, (db) => findPeriod(db, billingEntityId, month, clock.now())),
    periods: () => withTenant(database, tenantId, (db) => listPeriods(db, clock.now())),
  };
}

const refused = (work: Promise<unknown>, name: Parameters<typeof isMilepostError>[1], words: RegExp) =>
  assert.rejects(work, (error) => isMilepostError(error, name) && words.test(error.message));

Deno.test("months close one after the other, once they are over, and only once", async () => {
  const { close, periods, period } = await scene();
  await refused(close("2024-07"), "PeriodBlocked", /July 2024 cannot be closed yet\. Close June 2024 first/);
  assert.deepEqual((await period("2024-07")).blockers.map(({ kind, about }) => [kind, about]), [
    ["earlier_month", "2024-06"],
  ]);
  assert.deepEqual(await period("2024-06").then(({ blockers, isNext }) => ({ blockers, isNext })), {
    blockers: [],
    isNext: true,
  });
  await refused(close("2024-05"), "IllegalTransition", /before the first posting/);
  assert.equal((await close("2024-06")).closedThrough, "2024-06-30");
  await refused(close("2024-06"), "IllegalTransition", /June 2024 is closed already/);
  await close("2024-07");
  await refused(close("2024-08"), "PeriodBlocked", /August 2024 is not over yet/);
  const [{ months }] = await periods();
  assert.deepEqual(months.map(({ month, state, isLastClosed }) => `${month} ${state} ${isLastClosed}`), [
    "2024-08-01 open false",
    "2024-07-01 closed true",
    "2024-06-01 closed false",
  ]);
});

Deno.test("nothing is posted in a closed month, and the sentence says from which day on it can be", async () => {
  const { close, pay, credit, endInvoice, tenantId } = await scene();
  await pay("2024-06-20");
  await close("2024-06");
  await refused(
    pay("2024-06-30"),
    "PeriodClosed",
    /for June 2024 are closed\. Use a day from 1 July 2024 on/,
  );
  await pay("2024-07-01");
  await refused(
    endInvoice(),
    "IllegalTransition",
    /in the books of June 2024, which are closed.*Credit it instead/,
  );
  await credit(); // posts today
  await assert.rejects(
    withTenant(
      database,
      tenantId,
      (db) =>
        db.sql`insert into ledger_transaction (tenant_id, billing_entity_id, kind, posted_on, description)
        select tenant_id, id, 'by_hand', '2024-06-30', 'By hand' from billing_entity where tenant_id = ${tenantId}`,
    ),
    /the books of 2024-06 are closed/,
  );
  assert.deepEqual(auditBreaches(await audit(database)), []);
});

Deno.test("the last closed month re-opens with a reason, and what was done stays", async () => {
  const { close, reopen, pay, period, endInvoice } = await scene();
  await refused(reopen("2024-06"), "IllegalTransition", /June 2024 is not closed/);
  await close("2024-06");
  await close("2024-07");
  await refused(reopen("2024-06"), "IllegalTransition", /Only the last closed month.*July 2024/);
  await refused(reopen("2024-07", " "), "InvalidInput", /./);
  await reopen("2024-07");
  await refused(pay("2024-06-30"), "PeriodClosed", /./);
  await pay("2024-07-01");
  await reopen("2024-06");
  await pay("2024-06-30");
  await endInvoice();
  await close("2024-06");
  assert.deepEqual((await period("2024-06")).changes.map(({ kind, reason }) => [kind, reason]), [
    ["closed", ""],
    ["reopened", "A payment came to light"],
    ["closed", ""],
  ]);
  assert.deepEqual(auditBreaches(await audit(database)), []);
});

Deno.test("where the first closed month is opened again, the one before it can be opened too", async () => {
  const { close, reopen, pay, periods, period } = await scene();
  await close("2024-06");
  await reopen("2024-06");
  await refused(pay("2024-05-20"), "PeriodClosed", /May 2024 are closed/);
  const [{ months }] = await periods();
  assert.deepEqual(months.map(({ month, state, isLastClosed }) => `${month} ${state} ${isLastClosed}`), [
    "2024-08-01 open false",
    "2024-07-01 open false",
    "2024-06-01 open false",
    "2024-05-01 closed true",
  ]);
  assert.equal((await period("2024-05")).state, "closed");
  await reopen("2024-05");
  await pay("2024-05-20");
  assert.deepEqual(auditBreaches(await audit(database)), []);
});

Deno.test("a close waits for who is posting, and who posts waits for the close", async () => {
  const { close, pay, tenantId } = await scene();
  const settled = await Promise.allSettled([
    close("2024-06"),
    ...Array.from({ length: 6 }, () => pay("2024-06-29")),
  ]);
  for (const each of settled) {
    if (each.status === "fulfilled") continue;
    assert.ok(isMilepostError(each.reason, "PeriodClosed"), String(each.reason));
  }
  assert.equal(settled[0].status, "fulfilled");
  const taken = settled.slice(1).filter(({ status }) => status === "fulfilled").length;
  const [{ posted }] = await withTenant(database, tenantId, (db) =>
    db.sql<{ posted: bigint }[]>`
      select count(*) as posted from ledger_transaction where tenant_id = ${tenantId} and posted_on = '2024-06-29'`);
  assert.equal(Number(posted), taken);
  assert.deepEqual(auditBreaches(await audit(database)), []);
});

/** The command, which does not commit before what is begun behind it waits for a lock. */
function slowly<Input, Result extends Json>(
  command: Command<Input, Result>,
  tenantId: string,
  begin: () => void,
) {
  return {
    ...command,
    run: async (...given: Parameters<typeof command.run>) => {
      const result = await command.run(...given);
      begin();
      await until(async () => {
        const [{ waiting }] = await withTenant(database, tenantId, (db) =>
          db.sql<{ waiting: bigint }[]>`
            select count(*) as waiting from pg_locks join pg_database on pg_database.oid = pg_locks.database
            where datname = current_database() and locktype = 'advisory' and not granted`);
        return waiting > 0n;
      });
      return result;
    },
  };
}

Deno.test("a close sees what was posted before it, and what comes behind a close is refused with the sentence", async () => {
  const { close, pay, invoices, tenantId, billingEntityId, clock } = await scene();
  const environment = { ...testEnvironment(database), clock }, execution = { tenantId, actor: testActor() };
  let behind: Promise<PromiseSettledResult<unknown>[]> | undefined;
  // what comes behind belongs to no command, so it is bound before one runs
  const begin = (work: () => Promise<unknown>) => {
    const begun = Promise.withResolvers<void>();
    behind = Promise.allSettled([begun.promise.then(work)]);
    return begun.resolve;
  };
  await execute(environment, slowly(recordPayment, tenantId, begin(() => close("2024-06"))), execution, {
    settles: { invoiceId: invoices[0].id },
    amount: "10.00",
    currency: "GBP",
    receivedOn: "2024-06-29",
    method: "cash",
  });
  assert.equal((await behind)?.[0].status, "fulfilled");
  const july = { billingEntityId, month: "2024-07" };
  const byCommand = slowly(closePeriod, tenantId, begin(() => pay("2024-07-31")));
  await execute(environment, byCommand, execution, july);
  const [late] = (await behind)!;
  assert.ok(late.status === "rejected" && isMilepostError(late.reason, "PeriodClosed"), JSON.stringify(late));
  const reason = "Late";
  const byHand = () =>
    withTenant(
      database,
      tenantId,
      (db) =>
        db.sql`insert into ledger_transaction (tenant_id, billing_entity_id, kind, posted_on, description)
      values (${tenantId}, ${billingEntityId}, 'by_hand', '2024-07-31', 'By hand')`,
    );
  await execute(environment, reopenPeriod, execution, { ...july, reason });
  await execute(environment, slowly(closePeriod, tenantId, begin(byHand)), execution, july);
  const [posted] = (await behind)!;
  assert.ok(
    posted.status === "rejected" && /2024-07 are closed/.test(posted.reason.message),
    JSON.stringify(posted),
  );
  assert.deepEqual(auditBreaches(await audit(database)), []);
});

Deno.test("of two closes of a month at once one is told that it is closed", async () => {
  const { close, period } = await scene();
  const settled = await Promise.allSettled([close("2024-06"), close("2024-06"), close("2024-06")]);
  const refusals = settled.filter((each) => each.status === "rejected");
  assert.equal(refusals.length, 2);
  for (const { reason } of refusals) assert.ok(isMilepostError(reason, "IllegalTransition"), String(reason));
  assert.equal((await period("2024-06")).changes.length, 1);
});
