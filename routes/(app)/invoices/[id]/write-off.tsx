/** Writes off what a customer does not pay of an invoice. */
import { RadioGroup } from "../../../../components/ui/choice.tsx";
import { Day } from "../../../../components/ui/date.tsx";
import { errorAt } from "../../../../components/ui/error_summary.tsx";
import { define } from "../../../../define.ts";
import { writeOffInvoice } from "../../../../lib/invoicing/write_off/commands.ts";
import { endingHandlers, EndInvoice } from "../(_components)/end_invoice.tsx";
import { showAmount, taxNameIn } from "../(_components)/invoice_words.tsx";

const title = "Write off the invoice";

export const handler = define.handlers(endingHandlers({
  title,
  to: "uncollectible",
  command: writeOffInvoice,
  fields: ["reason", "claimsTax"],
  input: (invoiceId, { reason, claimsTax }) => ({ invoiceId, reason, claimsTax: claimsTax === "yes" }),
  done: "written_off",
}));

export default define.page<typeof handler>(({ data }) => {
  const { number, openAmount, currency, dueDate, seller } = data.invoice;
  const amount = showAmount(openAmount, currency);
  const tax = taxNameIn(seller.country).short;
  return (
    <EndInvoice
      {...data}
      title={title}
      state="The customer owes nothing of it any more, and the loss is posted. This cannot be undone."
      figure={{ label: "To write off", value: amount }}
      facts={[
        { label: "Invoice", value: number! },
        { label: "Due", value: <Day date={String(dueDate)} /> },
      ]}
      path="write-off"
      reasonExample="The customer is insolvent"
      submit={`Write off ${amount}`}
    >
      <RadioGroup
        id="claimsTax"
        legend={`What becomes of the ${tax} in it`}
        options={[
          { value: "no", label: "It is part of the loss" },
          {
            value: "yes",
            label: "It is claimed back",
            help:
              "Only where the law lets you by now. In the United Kingdom that is six months after it was due.",
          },
        ]}
        value={data.values.claimsTax ?? "no"}
        error={errorAt(data.errors, "claimsTax")}
      />
    </EndInvoice>
  );
});
