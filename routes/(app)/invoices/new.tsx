/** Bills one period of one contract: choose, look at the preview, issue. */
import { page } from "fresh";
import { define } from "../../../define.ts";
import { issueInvoice } from "../../../lib/invoicing/commands.ts";
import { NewInvoice } from "./(_components)/new_invoice.tsx";
import { previewInvoice } from "./(_components)/preview_invoice.tsx";
import { sendPeriod } from "./(_components)/send_period.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const query = ctx.url.searchParams;
    const why = query.get("why");
    const props = await previewInvoice(ctx, {
      contract: query.get("contract")?.trim() ?? "",
      period: query.get("period") ?? "",
      why: why !== null && /^\d{1,9}$/.test(why) ? Number(why) : undefined,
    });
    ctx.state.title = { page: "New invoice", section: "Invoices", hasErrors: props.errors.length > 0 };
    return page(props, { status: props.errors.length > 0 ? 422 : 200 });
  },
  POST: (ctx) => sendPeriod(ctx, issueInvoice),
});

export default define.page<typeof handler>(({ data }) => <NewInvoice {...data} />);
