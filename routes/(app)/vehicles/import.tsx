/** Imports vehicles from a file, which is checked first. */
import { define } from "../../../define.ts";
import { vehicleFile } from "../../../lib/vehicles/import_vehicles.ts";
import { RecordImport } from "../(_components)/record_import.tsx";
import { sendRecords, showRecordImport } from "../(_components)/send_records.ts";

export const handler = define.handlers({
  GET: (ctx) => showRecordImport(ctx, vehicleFile),
  POST: (ctx) => sendRecords(ctx, vehicleFile),
});

export default define.page<typeof handler>(({ data }) => <RecordImport {...data} />);
