/** A contract with a lease, usage and terms to agree, for tests of what is billed beside its charges. */
import assert from "node:assert/strict";
import type { Database } from "../../db/database.ts";
import { withTenant } from "../../db/tenant.ts";
import { agreeTerm, endTerm, type TermInput } from "../../lib/contracts/terms/commands.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { execute } from "../../lib/core/command.ts";
import { isMilepostError, type MilepostError } from "../../lib/core/errors.ts";
import { issueInvoice } from "../../lib/invoicing/commands.ts";
import { explainLines } from "../../lib/invoicing/views.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestUsage,
  insertTestVehicle,
  lease,
  type TestCharge,
} from "./billing.ts";
import { testActor, testEnvironment } from "./command.ts";

export const insurance: TestCharge = {
  ...lease,
  reference: "insurance",
  name: "Insurance",
  price: { model: "flat", amount: "60.00" },
  taxCategory: "E",
  taxPercent: "0",
};

/** The first contract of a new business, with one vehicle and 120 miles on 20 March 2024. It is July 2024. */
export async function termScene(
  database: Database,
  charges: TestCharge[],
  dates: { startDate?: string; endDate?: string } = {},
) {
  const environment = { ...testEnvironment(database), clock: new FixedClock("2024-07-03T09:00:00Z") };
  const business = await insertTestBusiness(database);
  const { tenantId } = business;
  const { contractId, customerId } = await withTenant(database, tenantId, async (db) => {
    const plan = await insertTestPlan(db, charges);
    const contract = await insertTestContract(db, business, plan, { reference: "K-1", ...dates });
    await insertTestVehicle(db, contract.contractId, "V-1", dates.startDate ?? "2024-01-01");
    await insertTestUsage(db, [{
      id: "a",
      at: "2024-03-20T10:00:00Z",
      contractId: contract.contractId,
      properties: { miles: "120" },
    }]);
    return contract;
  });
  const as = { tenantId, actor: testActor() };
  const agree = (term: Partial<TermInput>) =>
    execute(environment, agreeTerm, as, {
      contractId,
      kind: "commitment",
      name: "Commitment",
      fromDate: dates.startDate ?? "2024-01-01",
      ...term,
    });
  const bill = async (start: string, end: string) => {
    const result = await execute(environment, issueInvoice, as, {
      contractId,
      periodStart: start,
      periodEnd: end,
    });
    assert.ok(result.outcome === "issued", JSON.stringify(result));
    const lines = await withTenant(database, tenantId, (db) => explainLines(db, result.invoiceId));
    return { total: result.total, lines };
  };
  const end = (termId: string, toDate: string) =>
    execute(environment, endTerm, as, { contractId, termId, toDate });
  return { environment, as, tenantId, contractId, customerId, agree, bill, end };
}

/** The lines of an invoice beside its charges. */
export const besides = (lines: Awaited<ReturnType<typeof explainLines>>) =>
  lines.filter(({ line }) => line.kind !== "charge").map(({ line, steps }) => ({
    what: line.description,
    amount: line.amount,
    tax: `${line.taxCategory} ${line.taxPercent}`,
    steps,
  }));

/** The refusal that the work ends in. */
export const refused = async (work: Promise<unknown>): Promise<MilepostError> => {
  const error = await work.then(() => undefined, (reason) => reason);
  assert.ok(isMilepostError(error), "it was not refused");
  return error;
};
