/** The rows of issued invoices, taken out and put back raw: the floor under everything that issues. */
import type postgres from "postgres";
import type { BenchDatabase } from "./database.ts";
import { mapWide, secondsOf } from "./outcome.ts";

/** What issuing an invoice writes, each with the condition that finds the rows of some. Parents first. */
const written: readonly [table: string, condition: string][] = [
  ["invoice", "id = any($1::uuid[])"],
  ["invoice_document", "invoice_id = any($1::uuid[])"],
  ["invoice_line", "invoice_id = any($1::uuid[])"],
  [
    "invoice_line_trace",
    "invoice_line_id in (select id from invoice_line where invoice_id = any($1::uuid[]))",
  ],
  ["invoice_tax", "invoice_id = any($1::uuid[])"],
  ["invoice_transition", "invoice_id = any($1::uuid[])"],
  ["ledger_transaction", "invoice_id = any($1::uuid[])"],
  [
    "ledger_entry",
    "ledger_transaction_id in (select id from ledger_transaction where invoice_id = any($1::uuid[]))",
  ],
  ["audit_event", "subject_type = 'invoice' and subject_id = any($1::text[])"],
  ["outbox", "subject_id = any($1::text[])"],
];

/**
 * Takes the rows out and puts them back, so many invoices in a transaction: one statement for each table, all sent
 * together, and the counter of the series last. Without row security, audit or thought: nothing that issues is faster.
 * Gives invoices a second.
 */
export async function writeAgain(
  { admin }: BenchDatabase,
  ids: readonly string[],
  { width, perTransaction = 1 }: { width: number; perTransaction?: number },
): Promise<number> {
  const blocks = Array.from(
    { length: Math.ceil(ids.length / perTransaction) },
    (_, index) => ids.slice(index * perTransaction, (index + 1) * perTransaction),
  );
  const kept = await mapWide(blocks, 4, async (block) => {
    const texts = await Promise.all(
      written.map(([table, condition]) =>
        admin.unsafe<{ rows: string | null }[]>(
          `select array_agg(t)::text as rows from ${table} t where ${condition}`,
          [literal(block)],
          { prepare: true },
        )
      ),
    );
    const [{ tenant_id, billing_entity_id }] = await admin`
      select tenant_id, billing_entity_id from invoice where id = ${block[0]}`;
    return { texts: texts.map(([{ rows }]) => rows), series: [tenant_id, billing_entity_id] };
  });
  await deleteInvoices(admin, ids);
  const seconds = await secondsOf(() =>
    mapWide(kept, width, ({ texts, series }) =>
      admin.begin(async (sql) => {
        await Promise.all([
          ...written.map(([table], index) =>
            sql.unsafe(
              `insert into ${table} select * from unnest($1::text::${table}[])`,
              [texts[index]],
              { prepare: true },
            )
          ),
          sql.unsafe(
            `update number_series set last_number = last_number + 0 where tenant_id = $1 and billing_entity_id = $2`,
            series,
            { prepare: true },
          ),
        ]);
      }))
  );
  return ids.length / seconds;
}

/** Deletes children first, with the guards of the schema set aside. */
async function deleteInvoices(admin: postgres.Sql, ids: readonly string[]): Promise<void> {
  await admin.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    for (const [table, condition] of written.toReversed()) {
      await sql.unsafe(`delete from ${table} where ${condition}`, [literal(ids)]);
    }
  });
}

/** Ids as the text of a Postgres array. */
function literal(ids: readonly string[]): string {
  return `{${ids.join(",")}}`;
}
