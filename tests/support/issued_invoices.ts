/** A customer with a few issued invoices, one for each of the first months of 2024. */
import { withTenant } from "../../db/tenant.ts";
import { type Environment, execute } from "../../lib/core/command.ts";
import { issueInvoice } from "../../lib/invoicing/commands.ts";
import {
  insertTestContract,
  insertTestPlan,
  insertTestRate,
  insertTestVehicle,
  lease,
  type TestBusiness,
  type TestCharge,
} from "./billing.ts";
import { testActor } from "./command.ts";

export interface IssuedInvoices {
  customerId: string;
  contractId: string;
  /** Each of 412.00 and 20% tax: 494.40, oldest first. */
  invoices: { id: string; number: string }[];
}

export interface IssueOptions {
  reference: string;
  months?: number;
  currency?: string;
  email?: string;
  /** In place of the lease. */
  charge?: TestCharge;
}

/** Bills one vehicle a month. The clock of the environment must stand after the last month. */
export async function issueTestInvoices(
  environment: Environment,
  business: TestBusiness,
  { reference, months = 2, currency, email, charge = lease }: IssueOptions,
): Promise<IssuedInvoices> {
  const { tenantId } = business;
  const { contractId, customerId } = await withTenant(environment.database, tenantId, async (db) => {
    const plan = await insertTestPlan(db, [charge], { currency });
    if (currency !== undefined && currency !== "GBP") {
      const today = environment.clock.now().toZonedDateTimeISO("UTC").toPlainDate();
      await insertTestRate(db, `GBP/${currency}`, today, "190.55");
    }
    const contract = await insertTestContract(db, business, plan, { reference });
    await insertTestVehicle(db, contract.contractId, `${reference}-V`);
    if (email !== undefined) {
      await db.query.updateTable("customer").set({ email })
        .where("tenant_id", "=", tenantId).where("id", "=", contract.customerId).execute();
    }
    return contract;
  });
  const invoices: IssuedInvoices["invoices"] = [];
  for (let month = 1; month <= months; month++) {
    const first = Temporal.PlainDate.from({ year: 2024, month, day: 1 });
    const input = {
      contractId,
      periodStart: first.toString(),
      periodEnd: first.add({ months: 1 }).toString(),
    };
    const result = await execute(environment, issueInvoice, { tenantId, actor: testActor() }, input);
    if (result.outcome !== "issued") throw new Error(`Nothing was issued for ${first}: ${result.reason}`);
    invoices.push({ id: result.invoiceId, number: result.number });
  }
  return { customerId, contractId, invoices };
}
