/** A customer's statement on paper: the balance before, every invoice and payment, the balance after. */
import { page } from "fresh";
import { LetterHead, Paper, type Party } from "../../../../components/layout/paper.tsx";
import { Button } from "../../../../components/ui/button.tsx";
import { Day, longDate } from "../../../../components/ui/date.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { Facts } from "../../../../components/ui/facts.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import { PageFigure } from "../../../../components/ui/figure.tsx";
import { LinkRow, TapLink } from "../../../../components/ui/link.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { Table } from "../../../../components/ui/table.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn } from "../../../../define.ts";
import { readDate } from "../../../../lib/core/input.ts";
import { localDate } from "../../../../lib/core/period.ts";
import { taxNumberLine } from "../../../../lib/core/tax_number.ts";
import { customerStatement, type StatementAccount } from "../../../../lib/ledger/views.ts";
import { type CustomerAccounts, findCustomerAccounts } from "../../../../lib/payments/views.ts";
import { formErrors } from "../../../(_components)/form_fields.ts";
import { showAmount } from "../../invoices/(_components)/invoice_words.tsx";
import { isRefusal } from "../../payments/(_components)/send_payment.ts";

export const config = { skipInheritedLayouts: true };

/** A statement is kept: each of its dates says its year. */
const noYear = 0;
/** Months shown before someone chooses other days. */
const monthsShown = 3;

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const { environment } = ctx.state;
    const query = ctx.url.searchParams;
    return await withTenant(environment.database, tenantId, async (db) => {
      const { customer, accounts } = await findCustomerAccounts(db, ctx.params.id);
      const today = localDate(environment.clock.now(), accounts[0]?.zone ?? "UTC");
      const from = query.get("from") ?? today.subtract({ months: monthsShown }).with({ day: 1 }).toString();
      const to = query.get("to") ?? today.toString();
      const shown = { customer, from, to, mayRecord: session.actor.capabilities.has("payments.record") };
      ctx.state.title = { page: "Statement", section: customer.name };
      try {
        const days = { from: readDate("from", from), to: readDate("to", to) };
        return page<Shown>({
          ...shown,
          errors: [],
          accounts: await customerStatement(db, customer.id, days),
        });
      } catch (error) {
        if (!isRefusal(error)) throw error;
        ctx.state.title = { ...ctx.state.title, hasErrors: true };
        return page<Shown>({ ...shown, errors: formErrors(error), accounts: [] }, { status: error.status });
      }
    }, { readOnly: true });
  },
});

interface Shown {
  customer: CustomerAccounts["customer"];
  /** As typed. */
  from: string;
  to: string;
  mayRecord: boolean;
  errors: FormError[];
  accounts: StatementAccount[];
}

export default define.page<typeof handler>(({ data }) => {
  const { customer, errors, accounts, from, to } = data;
  const here = `/customers/${customer.id}`;
  const only = accounts.length === 1 ? accounts[0] : undefined;
  return (
    <Paper
      back={{ label: "Back to the customer", href: here }}
      runningFoot={`Statement for ${customer.name}, ${customer.reference}`}
      signOutAction="/sign-out"
    >
      <ChooseDays {...data} />
      {errors.length === 0 && (
        <>
          <LetterHead
            seller={senderOf(accounts)}
            buyer={{ name: customer.name, lines: customer.addressLines }}
          />
          <div class="flex flex-wrap items-end justify-between gap-x-8 gap-y-4 mb-6">
            <h1 class="text-title tracking-title">Statement of account</h1>
            {only && (
              <PageFigure
                label={only.closing < 0n ? "Credit of the customer" : "To pay"}
                value={showAmount(only.closing < 0n ? -only.closing : only.closing, only.currency)}
              />
            )}
          </div>
          <Facts
            facts={[
              { label: "Customer", value: customer.reference },
              { label: "From", value: <Day date={from} /> },
              { label: "To", value: <Day date={to} /> },
            ]}
          />
          {accounts.length === 0 && <p class="mt-8">Nothing was billed or paid, and nothing is owed.</p>}
          {accounts.map((account, index) => (
            <Account key={index} account={account} index={index} from={from} to={to} />
          ))}
        </>
      )}
    </Paper>
  );
});

function ChooseDays({ customer, from, to, errors, mayRecord }: Shown) {
  const here = `/customers/${customer.id}`;
  return (
    <div class="mb-8 screen-only">
      {errors.length > 0 && <h1 class="mb-4 text-title tracking-title">Statement of account</h1>}
      <ErrorSummary errors={errors} before="the statement is shown" />
      <form method="get" action={`${here}/statement`} novalidate class="flex flex-wrap items-end gap-x-6">
        <TextField
          id="from"
          label="First day"
          example="1 March 2026"
          type="date"
          value={from}
          error={errorAt(errors, "from")}
          short
        />
        <TextField
          id="to"
          label="Last day"
          example="31 March 2026"
          type="date"
          value={to}
          error={errorAt(errors, "to")}
          short
        />
        <div class="mb-6">
          <Button>Show these days</Button>
        </div>
      </form>
      <LinkRow
        links={[
          ...(errors.length === 0
            ? [{
              label: "Download the PDF",
              href: `${here}/statement/pdf?${new URLSearchParams({ from, to })}`,
            }]
            : []),
          ...(mayRecord ? [{ label: "Record a payment", href: `${here}/payments` }] : []),
        ]}
      />
    </div>
  );
}

interface AccountProps {
  account: StatementAccount;
  index: number;
  from: string;
  to: string;
}

interface Row {
  line: number;
  date: string;
  what: string;
  /** How a payment came in, or why it was taken back. */
  detail?: string;
  href?: string;
  billed: string;
  paid: string;
  balance: string;
}

function Account({ account, index, from, to }: AccountProps) {
  const { entity, currency, opening, entries, closing } = account;
  const show = (amount: bigint) => showAmount(amount, currency);
  const rows: Row[] = [
    { line: 1, date: from, what: "Balance before", billed: "none", paid: "none", balance: show(opening) },
    ...entries.map(({ postedOn, description, amount, balance, ...of }, index): Row => ({
      line: index + 2,
      date: postedOn.toString(),
      ...wordsOf(description, amount, of),
      href: hrefOf(of),
      billed: of.paymentId === null ? show(amount) : "none",
      paid: of.paymentId === null ? "none" : show(-amount),
      balance: show(balance),
    })),
  ];
  return (
    <Section id={`account-${index + 1}`} title={`${entity.name}, ${currency}`}>
      <Table
        caption={`Invoices and payments of ${entity.name} in ${currency}, by day`}
        captionHidden
        layout="stacked"
        columns={[
          { label: "Date", cell: (row) => <ShortDay date={row.date} /> },
          {
            label: "What",
            cell: ({ href, what, detail, line }) => (
              <div>
                {href ? <TapLink href={href} about={`line ${line}`}>{what}</TapLink> : what}
                {detail && <div class="text-label text-ink-2">{detail}</div>}
              </div>
            ),
          },
          { label: "Billed", figures: true, cell: (row) => row.billed },
          { label: "Paid", figures: true, cell: (row) => row.paid },
          { label: "Balance", figures: true, cell: (row) => row.balance },
        ]}
        rows={rows}
        totals={[{
          label: closing < 0n ? `Credit on ${longDate(to)}` : `To pay on ${longDate(to)}`,
          values: [show(closing < 0n ? -closing : closing)],
          kind: "grand",
        }]}
      />
    </Section>
  );
}

/** An entry in a few words; what is longer stands below them. */
function wordsOf(
  description: string,
  amount: bigint,
  { creditNoteId, paymentId }: Pick<StatementAccount["entries"][number], "creditNoteId" | "paymentId">,
): Pick<Row, "what" | "detail"> {
  if (creditNoteId !== null) {
    const [what, invoice] = description.split(" for ");
    return { what, detail: `for ${invoice}` };
  }
  if (paymentId === null) {
    const [, what, detail] = /^(.*?)(?: (voided|written off))?$/.exec(description)!;
    return { what, detail };
  }
  return {
    what: amount < 0n ? "Payment" : "Payment reversed",
    detail: description.replace(/^Payment /, ""),
  };
}

/** The document behind an entry. */
function hrefOf(
  { creditNoteId, invoiceId, paymentId }: Pick<
    StatementAccount["entries"][number],
    "creditNoteId" | "invoiceId" | "paymentId"
  >,
): string | undefined {
  if (creditNoteId) return `/credit-notes/${creditNoteId}`;
  if (invoiceId) return `/invoices/${invoiceId}`;
  return paymentId ? `/payments/${paymentId}` : undefined;
}

function ShortDay({ date }: { date: string }) {
  return (
    <span class="whitespace-nowrap">
      <Day date={date} short thisYear={noYear} />
    </span>
  );
}

/** The one entity with its address; several by name, since each section names its own. */
function senderOf(accounts: readonly StatementAccount[]): Party {
  const entities = [...new Map(accounts.map(({ entity }) => [entity.id, entity])).values()];
  const [first] = entities;
  if (!first) return { name: "", lines: [] };
  if (entities.length > 1) return { name: entities.map(({ name }) => name).join(", "), lines: [] };
  return {
    name: first.name,
    lines: [...first.addressLines, ...first.taxNumbers.map(taxNumberLine)],
  };
}
