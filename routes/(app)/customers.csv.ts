/** All customers as a file, in the columns that an import takes. */
import { withTenant } from "../../db/tenant.ts";
import { define, signedIn } from "../../define.ts";
import { type Customer, listCustomersAfter } from "../../lib/customers/views.ts";
import { csvFile, csvHeaders } from "../../lib/imports/csv_writer.ts";

export const handler = define.handlers({
  GET(ctx) {
    const { tenantId } = signedIn(ctx.state);
    const { database } = ctx.state.environment;
    const rows = csvFile<Customer>(
      [
        { name: "reference", value: (customer) => customer.reference },
        { name: "name", value: (customer) => customer.name },
        { name: "email", value: (customer) => customer.email },
        { name: "address", value: (customer) => customer.addressLines.join("\n") },
        { name: "country", value: (customer) => customer.country },
        { name: "payment_terms_days", value: (customer) => customer.paymentTermsDays },
      ],
      (last) => withTenant(database, tenantId, (db) => listCustomersAfter(db, last), { readOnly: true }),
    );
    return ctx.stream(rows, { headers: csvHeaders("customers.csv") });
  },
});
