/** Imports contracts from a file, which is checked first. */
import { define } from "../../../define.ts";
import { contractFile } from "../../../lib/contracts/import_contracts.ts";
import { RecordImport } from "../(_components)/record_import.tsx";
import { sendRecords, showRecordImport } from "../(_components)/send_records.ts";

export const handler = define.handlers({
  GET: (ctx) => showRecordImport(ctx, contractFile),
  POST: (ctx) => sendRecords(ctx, contractFile),
});

export default define.page<typeof handler>(({ data }) => <RecordImport {...data} />);
