/** All contracts as a file. */
import { withTenant } from "../../db/tenant.ts";
import { define, signedIn } from "../../define.ts";
import { listContractsAfter, type ListedContract } from "../../lib/contracts/views.ts";
import { csvFile, csvHeaders } from "../../lib/imports/csv_writer.ts";

export const handler = define.handlers({
  GET(ctx) {
    const { tenantId } = signedIn(ctx.state);
    const { database, clock } = ctx.state.environment;
    const now = clock.now();
    const day = (date: Temporal.PlainDate | null) => date?.toString() ?? null;
    const rows = csvFile<ListedContract>(
      [
        { name: "reference", value: (contract) => contract.reference },
        { name: "customer", value: (contract) => contract.customerReference },
        { name: "entity", value: (contract) => contract.entityPrefix },
        { name: "plan", value: (contract) => contract.planReference },
        { name: "start_date", value: (contract) => day(contract.startDate) },
        // the day after the last one, as everywhere but on pages
        { name: "end_date", value: (contract) => day(contract.endDate) },
        { name: "anchor_day", value: (contract) => contract.anchorDay },
        { name: "customer_name", value: (contract) => contract.customer },
        { name: "entity_name", value: (contract) => contract.entity },
        { name: "plan_version", value: (contract) => contract.version },
        { name: "currency", value: (contract) => contract.currency },
        { name: "vehicles_today", value: (contract) => contract.vehicleCount },
      ],
      (last) => withTenant(database, tenantId, (db) => listContractsAfter(db, now, last), { readOnly: true }),
    );
    return ctx.stream(rows, { headers: csvHeaders("contracts.csv") });
  },
});
