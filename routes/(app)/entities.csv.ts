/** All billing entities as a file, in the columns that an import takes. */
import { withTenant } from "../../db/tenant.ts";
import { define, signedIn } from "../../define.ts";
import { csvFile, csvHeaders } from "../../lib/imports/csv_writer.ts";
import { entityColumns, type EntityRecord, listEntityRecords } from "../../lib/tenants/import_entities.ts";

export const handler = define.handlers({
  GET(ctx) {
    const { tenantId } = signedIn(ctx.state);
    const { database } = ctx.state.environment;
    const rows = csvFile<EntityRecord>(
      entityColumns,
      (last) => withTenant(database, tenantId, (db) => listEntityRecords(db, last), { readOnly: true }),
    );
    return ctx.stream(rows, { headers: csvHeaders("entities.csv") });
  },
});
