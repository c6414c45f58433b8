/** Imports plans from a file, which is checked first. */
import { define } from "../../../define.ts";
import { planFile } from "../../../lib/plans/import_plans.ts";
import { RecordImport } from "../(_components)/record_import.tsx";
import { sendRecords, showRecordImport } from "../(_components)/send_records.ts";

export const handler = define.handlers({
  GET: (ctx) => showRecordImport(ctx, planFile),
  POST: (ctx) => sendRecords(ctx, planFile),
});

export default define.page<typeof handler>(({ data }) => <RecordImport {...data} />);
