/** A new invoice in three steps on one page: the contract, the period, and the preview that is then saved or issued. */
import { Actions, Button, ButtonLink } from "../../../../components/ui/button.tsx";
import { RadioGroup } from "../../../../components/ui/choice.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { Facts } from "../../../../components/ui/facts.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { LinkRow } from "../../../../components/ui/link.tsx";
import { Notice } from "../../../../components/ui/notice.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { InvoiceLines, type InvoiceLinesProps, type InvoiceTax, TaxSummary } from "./invoice_detail.tsx";

export interface NewInvoiceProps {
  /** As typed. */
  contract: string;
  errors: FormError[];
  /** Once the contract is known. */
  choice?: {
    customer: string;
    periods: { value: string; label: string }[];
    /** The chosen one. */
    value?: string;
  };
  /** Once the period is chosen and comes to something. */
  preview?: InvoicePreview;
  /** Why there is nothing to issue. */
  nothing?: string;
}

export interface InvoicePreview {
  customer: string;
  period: string;
  usage: string;
  total: string;
  lines: InvoiceLinesProps;
  taxes: InvoiceTax[];
  /** What travels with the buttons: contract, period and the key that keeps a repeat from counting twice. */
  hidden: Record<string, string>;
  mayIssue: boolean;
  mayDraft: boolean;
}

const trail = [{ label: "Home", href: "/" }, { label: "Invoices", href: "/invoices" }];

export function NewInvoice({ contract, errors, choice, preview, nothing }: NewInvoiceProps) {
  return (
    <>
      <PageHeader
        trail={trail}
        title="New invoice"
        state="Bills one period of one contract, from the plan and the usage that is in."
        actions={<ButtonLink href="/invoices/manual/new">Write the lines yourself</ButtonLink>}
        figure={preview && { label: "Comes to", value: preview.total }}
      />
      <ErrorSummary errors={errors} before="you go on" />
      {nothing && <Notice tone="info">{nothing}</Notice>}
      {!preview && <ChooseContract contract={contract} errors={errors} isFirst={choice === undefined} />}
      {choice && !preview && <ChoosePeriod contract={contract} choice={choice} />}
      {preview && <Preview contract={contract} preview={preview} />}
    </>
  );
}

function ChooseContract(
  { contract, errors, isFirst }: { contract: string; errors: FormError[]; isFirst: boolean },
) {
  return (
    <form method="get" action="/invoices/new">
      <TextField
        id="contract"
        label="Contract"
        help="Its reference, as in the list of contracts."
        example="K-001"
        value={contract}
        error={errorAt(errors, "contract")}
        short
      />
      <Actions>
        <Button kind={isFirst ? "go" : "normal"}>Show the periods to bill</Button>
      </Actions>
    </form>
  );
}

function ChoosePeriod(
  { contract, choice }: { contract: string; choice: NonNullable<NewInvoiceProps["choice"]> },
) {
  const { customer, periods, value } = choice;
  if (periods.length === 0) {
    return (
      <Section id="periods" title={`Contract ${contract}, ${customer}`}>
        <p class="max-w-prose">
          Every period that is over is billed. The next one can be billed when it ends.
        </p>
      </Section>
    );
  }
  return (
    <Section id="periods" title={`Contract ${contract}, ${customer}`}>
      <form method="get" action="/invoices/new">
        <input type="hidden" name="contract" value={contract} />
        <RadioGroup
          id="period"
          legend="Period"
          help="Periods that are over and not billed, the newest first."
          options={periods}
          value={value ?? periods[0].value}
        />
        <Actions>
          <Button kind="go">Preview the invoice</Button>
        </Actions>
      </form>
    </Section>
  );
}

function Preview({ contract, preview }: { contract: string; preview: InvoicePreview }) {
  const { lines, taxes, hidden, total, mayIssue, mayDraft } = preview;
  const again = `/invoices/new?contract=${encodeURIComponent(contract)}`;
  return (
    <>
      <Facts
        facts={[
          { label: "Customer", value: preview.customer },
          { label: "For", value: preview.period },
          { label: "Contract", value: contract },
          { label: "From", value: preview.usage },
        ]}
      />
      <InvoiceLines {...lines} />
      <TaxSummary taxes={taxes} taxName={lines.taxName} />
      <Section id="issue" title={mayIssue ? "Issue it" : "Hand it on"}>
        <p class="mb-4 max-w-prose">
          {mayIssue
            ? "The invoice gets its number and date, and is posted. After that its amounts cannot change."
            : "You may draft, and someone else issues. The draft keeps these amounts, also if more usage comes in."}
        </p>
        {mayIssue && (
          <Form action="/invoices/new" submit={`Issue the invoice of ${total}`} hidden={hidden}>{null}</Form>
        )}
        {mayDraft && !mayIssue && (
          <Form action="/invoices/drafts" submit={`Save the draft of ${total}`} hidden={hidden}>{null}</Form>
        )}
        <LinkRow links={[{ label: "Choose another period", href: again }]} />
      </Section>
    </>
  );
}
