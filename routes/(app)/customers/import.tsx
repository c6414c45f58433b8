/** Imports customers from a file, which is checked first. */
import { define } from "../../../define.ts";
import { customerFile } from "../../../lib/customers/import_customers.ts";
import { RecordImport } from "../(_components)/record_import.tsx";
import { sendRecords, showRecordImport } from "../(_components)/send_records.ts";

export const handler = define.handlers({
  GET: (ctx) => showRecordImport(ctx, customerFile),
  POST: (ctx) => sendRecords(ctx, customerFile),
});

export default define.page<typeof handler>(({ data }) => <RecordImport {...data} />);
