/** Voids an invoice that never left the house. */
import { Day } from "../../../../components/ui/date.tsx";
import { define } from "../../../../define.ts";
import { voidInvoice } from "../../../../lib/invoicing/void/commands.ts";
import { endingHandlers, EndInvoice } from "../(_components)/end_invoice.tsx";
import { showAmount } from "../(_components)/invoice_words.tsx";

const title = "Void the invoice";

export const handler = define.handlers(endingHandlers({
  title,
  to: "void",
  command: voidInvoice,
  fields: ["reason"],
  input: (invoiceId, { reason }) => ({ invoiceId, reason }),
  done: "voided",
}));

export default define.page<typeof handler>(({ data }) => {
  const { number, total, currency, issueDate, terms } = data.invoice;
  return (
    <EndInvoice
      {...data}
      title={title}
      state="Only for an invoice that nobody outside has seen. Its number stays used. This cannot be undone."
      figure={{ label: "Total", value: showAmount(total, currency) }}
      facts={[
        { label: "Invoice", value: number! },
        { label: "Issued", value: <Day date={String(issueDate)} /> },
        ...(terms.contract === undefined ? [] : [{ label: "To be billed again", value: terms.period }]),
      ]}
      path="void"
      reasonExample="Issued under the wrong contract"
      submit={`Void invoice ${number}`}
    />
  );
});
