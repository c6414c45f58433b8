/** All customers as a file, in the columns that an import takes. */
import { withTenant } from "../../db/tenant.ts";
import { define, signedIn } from "../../define.ts";
import { type Customer, listCustomersAfter } from "../../lib/customers/views.ts";
import { customerColumns } from "../../lib/customers/import_customers.ts";
import { csvFile, csvHeaders } from "../../lib/imports/csv_writer.ts";

export const handler = define.handlers({
  GET(ctx) {
    const { tenantId } = signedIn(ctx.state);
    const { database } = ctx.state.environment;
    const rows = csvFile<Customer>(
      customerColumns,
      (last) => withTenant(database, tenantId, (db) => listCustomersAfter(db, last), { readOnly: true }),
    );
    return ctx.stream(rows, { headers: csvHeaders("customers.csv") });
  },
});
