/** `milepost import customers` and `milepost import vehicles`: files in the form that the pages export. */
import { customerFile } from "../../lib/customers/import_customers.ts";
import { importRecords, type RecordKind } from "../../lib/imports/import_records.ts";
import { findTenant } from "../../lib/tenants/create_tenant.ts";
import { vehicleFile } from "../../lib/vehicles/import_vehicles.ts";
import type { CliCommand } from "../command_line.ts";
import { openInput } from "../input_file.ts";

function importCommand(noun: string, kind: RecordKind): CliCommand {
  const columns = kind.form.columns.map(({ name, required }) => required ? name : `[${name}]`).join(", ");
  return {
    name: `import ${noun}`,
    summary:
      `Imports ${noun} from a CSV file with the columns ${columns}; rows that are there already are left alone.`,
    example: `milepost import ${noun} ${noun}.csv --tenant Calder --dry-run`,
    arguments: [{ name: "FILE", required: true }],
    options: {
      tenant: { value: "TENANT", required: true, description: "name or id of the tenant" },
      "dry-run": {
        description: "checks every row, names what is wrong by line and column, and saves nothing",
      },
    },
    async run(input, session) {
      const startedMs = performance.now();
      const file = await openInput(input.arguments.FILE ?? "", session);
      const environment = await session.environment();
      const { id: tenantId } = await findTenant(environment, input.options.tenant ?? "");
      const report = await importRecords(environment, kind, {
        tenantId,
        actor: session.actor,
        fileName: file.name,
        content: file.content,
        dryRun: input.options["dry-run"] !== undefined,
      });
      const { rows, events, duplicates, quarantined, refused, unknownColumns, failure } = report;
      if (failure) session.say(failure);
      if (unknownColumns.length > 0) session.say(`These columns are not read: ${unknownColumns.join(", ")}.`);
      for (const { line, problems } of refused) {
        for (const { column, reason } of problems) session.say(`line ${line}, column ${column}: ${reason}`);
      }
      const seconds = Math.round(performance.now() - startedMs) / 1000;
      return { result: { rows, events, duplicates, quarantined, seconds }, ok: failure === null };
    },
  };
}

export const importCustomersCommand = importCommand("customers", customerFile);
export const importVehiclesCommand = importCommand("vehicles", vehicleFile);
