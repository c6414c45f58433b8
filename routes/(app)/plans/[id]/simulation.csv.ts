/** A simulation as a file: every contract and period, customer by customer. */
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn } from "../../../../define.ts";
import { minorUnits, parseCurrencyCode } from "../../../../lib/core/currency.ts";
import { formatScaled } from "../../../../lib/core/decimal.ts";
import { csvHeaders, csvLine } from "../../../../lib/imports/csv_writer.ts";
import {
  rowsPerPage,
  simulateCustomers,
  type SimulatedCustomer,
  type SimulatedPage,
  type Simulation,
} from "../../../../lib/invoicing/simulation/views.ts";
import { readAskedSimulation } from "../(_components)/asked_simulation.ts";

const columns = [
  "customer",
  "customer_name",
  "contract",
  "period_start",
  "period_end",
  "currency",
  "present_before_tax",
  "simulated_before_tax",
  "difference",
  "problem",
];

export const handler = define.handlers({
  async GET(ctx) {
    const { tenantId } = signedIn(ctx.state);
    const { database, clock } = ctx.state.environment;
    const { detail, simulation } = await withTenant(
      database,
      tenantId,
      async (db) => {
        const { detail, read } = await readAskedSimulation(
          db,
          ctx.params.id,
          ctx.url.searchParams,
          clock.now(),
        );
        return { detail, simulation: await read() };
      },
      { readOnly: true },
    );
    const customersAfter = (after: string | undefined) =>
      withTenant(
        database,
        tenantId,
        (db) => simulateCustomers(db, simulation, rowsPerPage, { after }),
        { readOnly: true },
      );
    return ctx.stream(linesOf(simulation, customersAfter), {
      headers: csvHeaders(`simulation-${detail.plan.reference}-${simulation.version.version}.csv`),
    });
  },
});

/** Each page in a transaction of its own, so that none is held open while a slow line takes the file. */
async function* linesOf(
  simulation: Simulation,
  customersAfter: (after: string | undefined) => Promise<SimulatedPage>,
): AsyncGenerator<string, void, void> {
  yield csvLine(columns);
  let after: string | undefined;
  do {
    const { customers, next } = await customersAfter(after);
    yield customers.flatMap((customer) => rowsOf(customer, simulation)).map(csvLine).join("");
    after = next;
  } while (after !== undefined);
}

function rowsOf({ reference, name, periods }: SimulatedCustomer, { version: { currency } }: Simulation) {
  const text = (amount: bigint) => formatScaled(amount, minorUnits(parseCurrencyCode(currency)));
  return periods.map(({ contract, period, present, simulated, problem }) => [
    reference,
    name,
    contract,
    period.start.toString(),
    period.end.toString(),
    currency,
    ...(present === undefined || simulated === undefined
      ? [null, null, null]
      : [text(present), text(simulated), text(simulated - present)]),
    problem ?? null,
  ]);
}
