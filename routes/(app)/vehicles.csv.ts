/** All vehicles as a file, in the columns that an import takes. */
import { withTenant } from "../../db/tenant.ts";
import { define, signedIn } from "../../define.ts";
import { csvFile, csvHeaders } from "../../lib/imports/csv_writer.ts";
import { listVehiclesAfter, type Vehicle } from "../../lib/vehicles/views.ts";

export const handler = define.handlers({
  GET(ctx) {
    const { tenantId } = signedIn(ctx.state);
    const { database } = ctx.state.environment;
    const rows = csvFile<Vehicle>(
      [
        { name: "reference", value: (vehicle) => vehicle.reference },
        { name: "plate", value: (vehicle) => vehicle.plate },
        { name: "vin", value: (vehicle) => vehicle.vin },
        { name: "class", value: (vehicle) => vehicle.class },
        { name: "fuel_type", value: (vehicle) => vehicle.fuelType },
      ],
      (last) => withTenant(database, tenantId, (db) => listVehiclesAfter(db, last), { readOnly: true }),
    );
    return ctx.stream(rows, { headers: csvHeaders("vehicles.csv") });
  },
});
