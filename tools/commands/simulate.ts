/** `milepost simulate`: what each customer would have paid in a quarter by a plan version. Writes nothing. */
import { findRatePlan } from "../../db/queries/rate_plan.ts";
import { withTenant } from "../../db/tenant.ts";
import { minorUnits, parseCurrencyCode } from "../../lib/core/currency.ts";
import { formatScaled } from "../../lib/core/decimal.ts";
import { refuseField } from "../../lib/core/errors.ts";
import { localDate } from "../../lib/core/period.ts";
import {
  readSimulation,
  rowsPerPage,
  simulateCustomers,
  type SimulatedCustomer,
} from "../../lib/invoicing/simulation/views.ts";
import { findPlan } from "../../lib/plans/views.ts";
import { findTenant } from "../../lib/tenants/create_tenant.ts";
import { homeZone } from "../../lib/tenants/views.ts";
import type { CliCommand } from "../command_line.ts";

export const simulateCommand: CliCommand = {
  name: "simulate",
  summary: "Prices the real usage of a past quarter by a plan, and tells the difference for each customer.",
  example: "milepost simulate --tenant Calder --plan lease-gbp --version 2 --period 2024-Q1",
  arguments: [],
  options: {
    tenant: { value: "TENANT", required: true, description: "name or id of the tenant" },
    plan: { value: "PLAN", required: true, description: "reference of the plan to price by" },
    version: { value: "NUMBER", description: "version of that plan; the newest if left out" },
    period: {
      value: "QUARTER",
      required: true,
      description: "such as 2024-Q1: periods that end in it are priced",
    },
    "contracts-on": {
      value: "PLAN",
      description: "reference of the plan whose contracts are priced; the same plan if left out",
    },
  },
  async run({ options }, session) {
    const { tenant = "", plan: reference = "", period = "", version, "contracts-on": from } = options;
    const environment = await session.environment();
    const { id: tenantId } = await findTenant(environment, tenant);
    const { database, clock } = environment;
    const simulation = await withTenant(database, tenantId, async (db) => {
      const [plan, zone] = await Promise.all([findRatePlan(db, { reference }), homeZone(db)]);
      if (!plan) refuseField("plan", reference, `No plan has the reference “${reference}”.`, "lease-gbp");
      if (version !== undefined && !/^[1-9]\d{0,8}$/.test(version)) {
        refuseField("version", version, "Use the number of a version.", String(plan.version));
      }
      const { chosen } = await findPlan(db, plan.id, version === undefined ? undefined : Number(version));
      const input = { plan: from ?? reference, quarter: period };
      return await readSimulation(db, chosen.id, input, localDate(clock.now(), zone));
    }, { readOnly: true });
    const { currency } = simulation.version;
    const amounts = amountsIn(currency);
    const customers = [];
    const sums = { present: 0n, simulated: 0n };
    let after: string | undefined;
    do {
      // Each page in a transaction of its own: nothing is held open for the length of a large fleet.
      const page = await withTenant(
        database,
        tenantId,
        (db) => simulateCustomers(db, simulation, rowsPerPage, { after }),
        { readOnly: true },
      );
      for (const customer of page.customers) {
        sums.present += customer.present;
        sums.simulated += customer.simulated;
        for (const { contract, problem } of customer.periods) {
          if (problem !== undefined) session.say(`${contract}: ${problem}`);
        }
        const { reference, name, periods, problemCount } = customer;
        customers.push({
          customer: reference,
          name,
          periods: periods.length,
          notPriced: problemCount,
          ...amounts(customer),
        });
      }
      after = page.next;
    } while (after !== undefined);
    return {
      result: {
        plan: reference,
        version: simulation.version.version,
        contractsOn: from ?? reference,
        period,
        currency,
        ...amounts(sums),
        customers,
      },
    };
  },
};

function amountsIn(currency: string) {
  const text = (amount: bigint) => formatScaled(amount, minorUnits(parseCurrencyCode(currency)));
  return ({ present, simulated }: Pick<SimulatedCustomer, "present" | "simulated">) => ({
    present: text(present),
    simulated: text(simulated),
    difference: text(simulated - present),
  });
}
