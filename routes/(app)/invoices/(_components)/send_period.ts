/** What the buttons under a preview do: run the command for that period once, then show the invoice or what is wrong. */
import { type FreshContext, page } from "fresh";
import { signedIn, type State } from "../../../../define.ts";
import { type Command, execute } from "../../../../lib/core/command.ts";
import type { DraftResult, IssueResult, PeriodInput } from "../../../../lib/invoicing/commands.ts";
import { readForm } from "../../../(_components)/form_fields.ts";
import { isRefusal, previewInvoice, refusals } from "./preview_invoice.tsx";

/** Answers a sent preview: a redirect to the invoice, or the page again with what was refused. */
export async function sendPeriod<Result extends DraftResult | IssueResult>(
  ctx: FreshContext<State>,
  command: Command<PeriodInput, Result>,
) {
  const { session, tenantId } = signedIn(ctx.state);
  const field = await readForm(ctx.req);
  const input = {
    contractId: field("contractId"),
    periodStart: field("periodStart"),
    periodEnd: field("periodEnd"),
  };
  const again = (refused: Parameters<typeof previewInvoice>[2]) =>
    previewInvoice(ctx, { contract: field("contract"), period: input.periodStart }, refused);
  ctx.state.title = { page: "New invoice", section: "Invoices", hasErrors: true };
  try {
    const execution = { tenantId, actor: session.actor, key: field("key") };
    const result = await execute(ctx.state.environment, command, execution, input);
    if ("invoiceId" in result) {
      return ctx.redirect(`/invoices/${result.invoiceId}?done=${result.outcome}`, 303);
    }
    return page(await again([{ message: result.reason }]), { status: 409 });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return page(await again(refusals(error)), { status: error.status });
  }
}
