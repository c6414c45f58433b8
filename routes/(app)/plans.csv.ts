/** All plans as a file, a charge of a version on each row, in the columns that an import takes. */
import { withTenant } from "../../db/tenant.ts";
import { define, signedIn } from "../../define.ts";
import { csvFile, csvHeaders } from "../../lib/imports/csv_writer.ts";
import { listPlanRows, planFileColumns } from "../../lib/plans/import_plans.ts";

export const handler = define.handlers({
  GET(ctx) {
    const { tenantId } = signedIn(ctx.state);
    const { database } = ctx.state.environment;
    const rows = csvFile(
      planFileColumns,
      (last) => withTenant(database, tenantId, (db) => listPlanRows(db, last), { readOnly: true }),
    );
    return ctx.stream(rows, { headers: csvHeaders("plans.csv") });
  },
});
