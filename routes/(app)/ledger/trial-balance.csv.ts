/** The trial balance of an entity as a file, account by account and currency by currency. */
import { withTenant } from "../../../db/tenant.ts";
import { define, signedIn } from "../../../define.ts";
import { readDate } from "../../../lib/core/input.ts";
import { csvHeaders, csvLine } from "../../../lib/imports/csv_writer.ts";
import { trialBalance } from "../../../lib/ledger/views.ts";
import { showDecimal } from "./(_components)/account_words.ts";
import { readFileChoice } from "./(_components)/report_choice.tsx";

const columns = ["account", "name", "kind", "currency", "debits", "credits", "balance"];

export const handler = define.handlers({
  async GET(ctx) {
    const { tenantId } = signedIn(ctx.state);
    const { database, clock } = ctx.state.environment;
    const query = ctx.url.searchParams;
    const { rows, day } = await withTenant(database, tenantId, async (db) => {
      const { entity, today } = await readFileChoice(db, query, clock.now());
      const day = readDate("at", query.get("at") ?? today.toString());
      return { day, rows: (await trialBalance(db, day, entity.id)).rows };
    }, { readOnly: true });
    const lines = rows.map(({ code, name, kind, currency, debits, credits }) =>
      csvLine([
        code,
        name,
        kind,
        currency,
        ...[debits, credits, debits - credits].map((amount) => showDecimal(amount, currency)),
      ])
    );
    return new Response([csvLine(columns), ...lines].join(""), {
      headers: csvHeaders(`trial-balance-${day}.csv`),
    });
  },
});
