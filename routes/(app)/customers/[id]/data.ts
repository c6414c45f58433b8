/** All that is kept of a customer, as a file for that customer. */
import { define, signedIn } from "../../../../define.ts";
import { exportCustomer } from "../../../../lib/privacy/export.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const asker = { tenantId, actor: session.actor };
    const content = await exportCustomer(ctx.state.environment, asker, { id: ctx.params.id });
    return new Response(content, {
      headers: {
        "content-type": "application/json",
        "content-disposition": `attachment; filename="customer_data.json"`,
        "cache-control": "no-store",
      },
    });
  },
});
