/** The rows that an import set aside, as a file to correct and to import again. */
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn } from "../../../../define.ts";
import { addedColumns } from "../../../../lib/imports/mapping.ts";
import { mappingOf } from "../../../../lib/usage/mappings.ts";
import { type QuarantinedRow, quarantinedRows, usageImport } from "../../../../lib/usage/views.ts";
import { attachmentNamed } from "../../(_components)/attached_file.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { tenantId } = signedIn(ctx.state);
    const { database } = ctx.state.environment;
    const { found, delimiter } = await withTenant(
      database,
      tenantId,
      async (db) => {
        const { usageImport: found } = await usageImport(db, ctx.params.id);
        if (found.columns === null) return { found, delimiter: "," };
        const { mapping: { delimiter = "," } } = await mappingOf(db, found);
        return { found, delimiter };
      },
      { readOnly: true },
    );
    const rows = quarantinedRows(
      (work) => withTenant(database, tenantId, work, { readOnly: true }),
      found.id,
    );
    const isCsv = found.columns !== null;
    const text = isCsv ? csvOf(found.columns!, delimiter, rows) : linesOf(rows);
    const name = `${found.fileName.replace(/\.[a-z]+$/i, "")}-set-aside.${isCsv ? "csv" : "ndjson"}`;
    return ctx.stream(text, {
      headers: {
        "content-type": isCsv ? "text/csv; charset=utf-8" : "application/x-ndjson",
        "content-disposition": attachmentNamed(name, "usage"),
      },
    });
  },
});

/** Each row as it stood in its file, and behind it what to correct; those two columns are not read again. */
async function* csvOf(
  columns: readonly string[],
  delimiter: string,
  rows: AsyncIterable<QuarantinedRow[]>,
): AsyncGenerator<string> {
  const names = columns.filter((name) => !addedColumns.includes(name));
  yield `${[...names, ...addedColumns].map((name) => quoted(name, delimiter)).join(delimiter)}\r\n`;
  for await (const some of rows) {
    yield some.map(({ raw, line, reason }) =>
      `${raw}${delimiter}${line}${delimiter}${quoted(reason, delimiter)}\r\n`
    ).join("");
  }
}

async function* linesOf(rows: AsyncIterable<QuarantinedRow[]>): AsyncGenerator<string> {
  for await (const some of rows) yield some.map(({ raw }) => `${raw}\n`).join("");
}

function quoted(value: string, delimiter: string): string {
  return /["\r\n]/.test(value) || value.includes(delimiter) ? `"${value.replaceAll('"', '""')}"` : value;
}
