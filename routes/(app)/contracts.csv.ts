/** All contracts as a file, in the columns that an import takes, and some that repeat what they say for people. */
import { withTenant } from "../../db/tenant.ts";
import { define, signedIn } from "../../define.ts";
import { contractColumns, recordOf } from "../../lib/contracts/import_contracts.ts";
import { listContractsAfter, type WholeContract } from "../../lib/contracts/views.ts";
import { csvFile, csvHeaders } from "../../lib/imports/csv_writer.ts";

export const handler = define.handlers({
  GET(ctx) {
    const { tenantId } = signedIn(ctx.state);
    const { database, clock } = ctx.state.environment;
    const now = clock.now();
    const rows = csvFile<WholeContract>(
      [
        ...contractColumns.map(({ name, value }) => ({
          name,
          value: (contract: WholeContract) => value(recordOf(contract, contract.stays, contract.terms)),
        })),
        { name: "customer_name", value: (contract) => contract.customer },
        { name: "entity_name", value: (contract) => contract.entity },
        { name: "currency", value: (contract) => contract.currency },
        { name: "vehicles_today", value: (contract) => contract.vehicleCount },
      ],
      (last) => withTenant(database, tenantId, (db) => listContractsAfter(db, now, last), { readOnly: true }),
    );
    return ctx.stream(rows, { headers: csvHeaders("contracts.csv") });
  },
});
