/** `milepost import customers`, `vehicles`, `plans`, `contracts` and `entities`: files in the form that the pages export. */
import { contractFile } from "../../lib/contracts/import_contracts.ts";
import { milepostError } from "../../lib/core/errors.ts";
import { customerFile } from "../../lib/customers/import_customers.ts";
import { importRecords, type RecordKind } from "../../lib/imports/import_records.ts";
import type { CellProblem } from "../../lib/imports/record_file.ts";
import { entityFile } from "../../lib/tenants/import_entities.ts";
import { planFile } from "../../lib/plans/import_plans.ts";
import { findTenant } from "../../lib/tenants/create_tenant.ts";
import { vehicleFile } from "../../lib/vehicles/import_vehicles.ts";
import type { CliCommand } from "../command_line.ts";
import { openInput } from "../input_file.ts";

/** The one way in which columns are read; usage has several. */
const onlyMapping = "milepost";

function importCommand(kind: RecordKind): CliCommand {
  const { file: noun, nouns } = kind.form;
  const columns = kind.form.columns.map(({ name, required }) => required ? name : `[${name}]`).join(", ");
  return {
    name: `import ${noun}`,
    summary:
      `Imports ${nouns} from a CSV file with the columns ${columns}; rows that are there already are left alone.`,
    example: `milepost import ${noun} ${noun}.csv --tenant Calder --dry-run`,
    arguments: [{ name: "FILE", required: true }],
    options: {
      tenant: { value: "TENANT", required: true, description: "name or id of the tenant" },
      map: {
        value: "NAME",
        description: `how the columns are read: ${onlyMapping}, as the pages export them`,
      },
      "dry-run": {
        description: "checks every row, names what is wrong by line and column, and saves nothing",
      },
    },
    async run(input, session) {
      const startedMs = performance.now();
      requireMapping(input.options.map);
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
        for (const problem of problems) session.say(describeProblem(line, problem));
      }
      const seconds = Math.round(performance.now() - startedMs) / 1000;
      return { result: { rows, events, duplicates, quarantined, seconds }, ok: failure === null };
    },
  };
}

const shownCharacters = 60;

/** `line 7, column country: "UK". Use the two letters of a country.` on one line of the terminal. */
function describeProblem(line: number, { column, value, reason }: CellProblem): string {
  const shown = value.length > shownCharacters ? `${value.slice(0, shownCharacters)}…` : value;
  const said = value.trim() === "" ? "" : `${JSON.stringify(shown)}. `;
  return `line ${line}, column ${column}: ${said}${reason}`;
}

function requireMapping(name: string | undefined): void {
  if (name === undefined || name === onlyMapping) return;
  const rule = `Leave --map out, or choose ${onlyMapping}.`;
  throw milepostError("InvalidInput", {
    message: `There is no mapping "${name.slice(0, 60)}" for this kind of file. ${rule}`,
    fields: [{ field: "map", value: name, rule, example: onlyMapping }],
  });
}

export const importCustomersCommand = importCommand(customerFile);
export const importVehiclesCommand = importCommand(vehicleFile);
export const importContractsCommand = importCommand(contractFile);
export const importPlansCommand = importCommand(planFile);
export const importEntitiesCommand = importCommand(entityFile);
