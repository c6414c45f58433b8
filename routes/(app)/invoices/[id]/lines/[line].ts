/** How one line was worked out, as a JSON file. */
import { withTenant } from "../../../../../db/tenant.ts";
import { define, signedIn } from "../../../../../define.ts";
import { milepostError } from "../../../../../lib/core/errors.ts";
import { minorUnits, parseCurrencyCode } from "../../../../../lib/core/currency.ts";
import { formatScaled } from "../../../../../lib/core/decimal.ts";
import { explainLine, findInvoice } from "../../../../../lib/invoicing/views.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { tenantId } = signedIn(ctx.state);
    const { id, line: place } = ctx.params;
    if (!/^\d{1,9}$/.test(place)) {
      throw milepostError("NotFound", { fields: [{ field: "line", value: place }] });
    }
    const position = Number(place);
    const [invoice, { line, steps }] = await withTenant(
      ctx.state.environment.database,
      tenantId,
      (db) => Promise.all([findInvoice(db, id, { limit: 1 }), explainLine(db, id, position)]),
      { readOnly: true },
    );
    const { currency, number, terms } = invoice;
    const { charge, vehicleId: _, amount, corrects, ...cells } = line;
    const body = {
      invoice: number,
      contract: terms.contract ?? null,
      plan: terms.plan ?? null,
      currency,
      ...cells,
      charge: charge?.reference ?? null,
      ...(corrects ? { corrects: corrects.number } : {}),
      amount: formatScaled(amount, minorUnits(parseCurrencyCode(currency))),
      trace: steps,
    };
    const name = `${number ?? "draft"}-line-${position}.json`;
    return new Response(`${JSON.stringify(body, null, 2)}\n`, {
      headers: {
        "content-type": "application/json; charset=utf-8",
        "content-disposition": `attachment; filename="${name}"`,
      },
    });
  },
});
