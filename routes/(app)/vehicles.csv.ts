/** All vehicles as a file, in the columns that an import takes. */
import { withTenant } from "../../db/tenant.ts";
import { define, signedIn } from "../../define.ts";
import { listVehiclesAfter, type Vehicle } from "../../lib/vehicles/views.ts";
import { vehicleColumns } from "../../lib/vehicles/import_vehicles.ts";
import { csvFile, csvHeaders } from "../../lib/imports/csv_writer.ts";

export const handler = define.handlers({
  GET(ctx) {
    const { tenantId } = signedIn(ctx.state);
    const { database } = ctx.state.environment;
    const rows = csvFile<Vehicle>(
      vehicleColumns,
      (last) => withTenant(database, tenantId, (db) => listVehiclesAfter(db, last), { readOnly: true }),
    );
    return ctx.stream(rows, { headers: csvHeaders("vehicles.csv") });
  },
});
