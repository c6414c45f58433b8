/** Puts payments and a message into the books that the access tests visit: a part payment, one with credit left, one reversed. */
import { withTenant } from "../../db/tenant.ts";
import { type Environment, execute, type Execution } from "../../lib/core/command.ts";
import { findInvoice } from "../../lib/invoicing/views.ts";
import { beginDelivery, recordDelivery, sendInvoice } from "../../lib/notifications/commands.ts";
import { type PaymentInput, recordPayment, reversePayment } from "../../lib/payments/commands.ts";
import { findCustomerAccounts } from "../../lib/payments/views.ts";

/** The ids of what was put there; `invoice` stays open. */
export async function payInvoices(
  environment: Environment,
  asker: Pick<Execution, "tenantId" | "actor">,
  invoiceId: string,
): Promise<{ payer: string; payment: string; credit: string; message: string }> {
  const read = <Result>(work: Parameters<typeof withTenant<Result>>[2]) =>
    withTenant(environment.database, asker.tenantId, work, { readOnly: true });
  const { currency, customerId, issueDate } = await read((db) => findInvoice(db, invoiceId));
  const pay = async (settles: PaymentInput["settles"], amount: string) => {
    const input = {
      settles,
      amount,
      currency,
      receivedOn: issueDate!.toString(),
      method: "bank_transfer",
      reference: "BACS 4471",
      keepRest: true,
    };
    return (await execute(environment, recordPayment, asker, input)).paymentId;
  };
  const undone = await pay({ invoiceId }, "10.00");
  const { accounts: [{ billingEntityId }] } = await read((db) => findCustomerAccounts(db, customerId));
  const credit = await pay({ customerId, billingEntityId }, "1000000.00");
  await execute(environment, reversePayment, asker, { paymentId: undone, reason: "The bank took it back" });
  const payment = await pay({ invoiceId }, "4.00");
  const attachment = { fileName: "invoice.html", mediaType: "text/html", content: "<p>The invoice</p>" };
  let message = "";
  for (const outcome of ["failed", "kept"] as const) {
    const { messageId } = await execute(environment, sendInvoice, asker, { invoiceId, attachment });
    // as a delivery leaves it, so that the invoice can be sent again
    await execute(environment, beginDelivery, asker, { messageId });
    const failure = outcome === "failed" ? "The mail server refused it: 550 no such user" : undefined;
    await execute(environment, recordDelivery, asker, { messageId, outcome, failure });
    message = messageId;
  }
  return { payer: customerId, payment, credit, message };
}
