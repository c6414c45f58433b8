/** Imports billing entities from a file, which is checked first. */
import { define } from "../../../define.ts";
import { entityFile } from "../../../lib/tenants/import_entities.ts";
import { RecordImport } from "../(_components)/record_import.tsx";
import { sendRecords, showRecordImport } from "../(_components)/send_records.ts";

export const handler = define.handlers({
  GET: (ctx) => showRecordImport(ctx, entityFile),
  POST: (ctx) => sendRecords(ctx, entityFile),
});

export default define.page<typeof handler>(({ data }) => <RecordImport {...data} />);
