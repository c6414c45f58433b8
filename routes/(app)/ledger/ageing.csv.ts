/** The ageing of an entity and currency as a file, customer by customer. */
import { withTenant } from "../../../db/tenant.ts";
import { define, signedIn } from "../../../define.ts";
import { csvFile, csvHeaders } from "../../../lib/imports/csv_writer.ts";
import { type AgeingAmounts, type AgeingRow, listAgeingAfter } from "../../../lib/ledger/reports/views.ts";
import { readDate } from "../../../lib/core/input.ts";
import { showDecimal } from "./(_components)/account_words.ts";
import { readFileChoice } from "./(_components)/report_choice.tsx";

const amounts: [name: string, of: keyof AgeingAmounts][] = [
  ["not_due", "current"],
  ["days_1_to_30", "days30"],
  ["days_31_to_60", "days60"],
  ["days_61_to_90", "days90"],
  ["over_90_days", "older"],
  ["credit", "credit"],
  ["owed", "total"],
];

export const handler = define.handlers({
  async GET(ctx) {
    const { tenantId } = signedIn(ctx.state);
    const { database, clock } = ctx.state.environment;
    const query = ctx.url.searchParams;
    const { entity, currency, today } = await withTenant(
      database,
      tenantId,
      (db) => readFileChoice(db, query, clock.now()),
      { readOnly: true },
    );
    const day = readDate("at", query.get("at") ?? today.toString());
    const rows = csvFile<AgeingRow>(
      [
        { name: "customer", value: ({ reference }) => reference },
        { name: "customer_name", value: ({ customerName }) => customerName },
        { name: "currency", value: () => currency },
        ...amounts.map(([name, of]) => ({ name, value: (row: AgeingRow) => showDecimal(row[of], currency) })),
      ],
      (last) =>
        withTenant(
          database,
          tenantId,
          (db) => listAgeingAfter(db, { entityId: entity.id, currency }, day, last),
          { readOnly: true },
        ),
    );
    return ctx.stream(rows, { headers: csvHeaders(`ageing-${currency}-${day}.csv`) });
  },
});
