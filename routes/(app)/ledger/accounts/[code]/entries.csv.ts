/** The entries of an account as a file. */
import { withTenant } from "../../../../../db/tenant.ts";
import { define, signedIn } from "../../../../../define.ts";
import { csvFile, csvHeaders } from "../../../../../lib/imports/csv_writer.ts";
import {
  type AccountEntry,
  accountReport,
  listEntriesAfter,
} from "../../../../../lib/ledger/reports/views.ts";
import { showDecimal } from "../../(_components)/account_words.ts";
import { parseDays, readDays, readFileChoice } from "../../(_components)/report_choice.tsx";

export const handler = define.handlers({
  async GET(ctx) {
    const { tenantId } = signedIn(ctx.state);
    const { database, clock } = ctx.state.environment;
    const query = ctx.url.searchParams;
    const { code } = ctx.params;
    const { book, days, opening } = await withTenant(database, tenantId, async (db) => {
      const { entity, currency, today } = await readFileChoice(db, query, clock.now());
      const days = parseDays(readDays(query, today));
      const book = { entityId: entity.id, currency };
      const { opening } = await accountReport(db, book, code, days, undefined);
      return { book, days, opening };
    }, { readOnly: true });
    const text = (amount: bigint) => showDecimal(amount, book.currency);
    const rows = csvFile<AccountEntry>(
      [
        { name: "date", value: ({ postedOn }) => postedOn.toString() },
        { name: "description", value: ({ description }) => description },
        { name: "customer", value: ({ customerName }) => customerName },
        { name: "currency", value: () => book.currency },
        { name: "amount", value: ({ amount }) => text(amount) },
        { name: "balance", value: ({ change }) => text(opening + change) },
      ],
      (last) =>
        withTenant(database, tenantId, (db) => listEntriesAfter(db, book, code, days, last), {
          readOnly: true,
        }),
    );
    return ctx.stream(rows, { headers: csvHeaders(`account-${code}-${days.from}-${days.to}.csv`) });
  },
});
