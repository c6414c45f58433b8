/** One account: the balance before, every entry with the balance after it, and the way to each document. */
import { page } from "fresh";
import { Day } from "../../../../../components/ui/date.tsx";
import { Empty } from "../../../../../components/ui/empty.tsx";
import type { FormError } from "../../../../../components/ui/error_summary.tsx";
import { Facts } from "../../../../../components/ui/facts.tsx";
import { TapLink } from "../../../../../components/ui/link.tsx";
import { PageHeader } from "../../../../../components/ui/page_header.tsx";
import { Pagination } from "../../../../../components/ui/pagination.tsx";
import { Table } from "../../../../../components/ui/table.tsx";
import { withTenant } from "../../../../../db/tenant.ts";
import { define, signedIn } from "../../../../../define.ts";
import { type AccountReport, accountReport, isEntryPlace } from "../../../../../lib/ledger/reports/views.ts";
import { formErrors } from "../../../../(_components)/form_fields.ts";
import { listHref, readListCursor } from "../../../(_components)/list_pages.ts";
import { countOf, showAmount } from "../../../invoices/(_components)/invoice_words.tsx";
import { isRefusal } from "../../../payments/(_components)/send_payment.ts";
import { showSides } from "../../(_components)/account_words.ts";
import {
  ChooseReport,
  currenciesOf,
  NoEntity,
  parseDays,
  readDays,
  readReportChoice,
  type ReportChoice,
} from "../../(_components)/report_choice.tsx";

interface Shown {
  asked: ReportChoice;
  code: string;
  /** As typed. */
  from: string;
  to: string;
  errors: FormError[];
  report?: AccountReport;
}

export const handler = define.handlers({
  async GET(ctx) {
    const { tenantId } = signedIn(ctx.state);
    const { database, clock } = ctx.state.environment;
    const query = ctx.url.searchParams;
    const { code } = ctx.params;
    ctx.state.title = { page: `Account ${code}`, section: "Ledger" };
    return await withTenant(database, tenantId, async (db) => {
      const asked = await readReportChoice(db, query, clock.now());
      if (!asked) return page<Shown | undefined>(undefined);
      const { entity, currency } = asked;
      const { from, to } = readDays(query, asked.today);
      const shown = { asked, code, from, to };
      try {
        const report = await accountReport(
          db,
          { entityId: entity.id, currency },
          code,
          parseDays({ from, to }),
          readListCursor(query, isEntryPlace),
        );
        return page<Shown | undefined>({ ...shown, errors: [], report });
      } catch (error) {
        if (!isRefusal(error) || error.status !== 422) throw error;
        ctx.state.title = { ...ctx.state.title!, hasErrors: true };
        return page<Shown | undefined>({ ...shown, errors: formErrors(error) }, { status: error.status });
      }
    }, { readOnly: true });
  },
});

export default define.page<typeof handler>(({ data }) => {
  if (!data) return <NoEntity title="Account" />;
  const { asked, code, from, to, errors, report } = data;
  const { entity, currency } = asked;
  const here = `/ledger/accounts/${code}`;
  const values = { entity: entity.id, currency, from, to };
  return (
    <>
      <PageHeader
        trail={[{ label: "Home", href: "/" }, { label: "Ledger", href: "/ledger" }]}
        here={code}
        title={report ? `${code} ${report.account.name}` : `Account ${code}`}
        subject={`${entity.name}, ${currency}`}
        state={report && (
          <>
            From <Day date={from} /> to <Day date={to} />.
          </>
        )}
      />
      <ChooseReport
        action={here}
        entities={asked.choice.entities}
        entityId={entity.id}
        currencies={currenciesOf(asked)}
        days={[{ name: "from", label: "First day", value: from }, {
          name: "to",
          label: "Last day",
          value: to,
        }]}
        errors={errors}
      />
      {report && <Entries report={report} currency={currency} values={values} here={here} />}
    </>
  );
});

interface EntriesProps {
  report: AccountReport;
  currency: string;
  values: Record<string, string>;
  here: string;
}

function Entries({ report: { opening, closing, page }, currency, values, here }: EntriesProps) {
  return (
    <>
      <Facts
        facts={[
          { label: "Balance before", value: showBalance(opening, currency) },
          { label: "Balance after", value: showBalance(closing, currency) },
        ]}
      />
      {page.rows.length === 0
        ? (
          <div class="mt-8">
            <Empty sentence="Nothing was posted on these days." />
          </div>
        )
        : (
          <>
            <p class="mt-4 screen-only">
              <TapLink href={listHref(`${here}/entries.csv`, values)}>Download as CSV</TapLink>
            </p>
            <EntryTable rows={page.rows} currency={currency} />
            <Pagination
              summary={countOf(page.rows.length, "entry", "entries")}
              previous={page.previous && {
                label: "Earlier entries",
                href: listHref(here, { ...values, ...page.previous }),
              }}
              next={page.next &&
                { label: "Later entries", href: listHref(here, { ...values, ...page.next }) }}
            />
          </>
        )}
    </>
  );
}

type Entry = AccountReport["page"]["rows"][number];

function EntryTable({ rows, currency }: { rows: Entry[]; currency: string }) {
  const lines = rows.map((entry, index) => ({ ...entry, line: index + 1 }));
  return (
    <Table
      caption={`Entries in ${currency}, the earliest first`}
      captionHidden
      columns={[
        {
          label: "Date",
          cell: ({ postedOn }) => (
            <span class="whitespace-nowrap">
              <Day date={postedOn.toString()} short thisYear={0} />
            </span>
          ),
        },
        {
          label: "What",
          cell: (entry) => (
            <div>
              {hrefOf(entry)
                ? (
                  <TapLink href={hrefOf(entry)!} about={`, entry ${entry.line}`}>
                    {entry.description}
                  </TapLink>
                )
                : entry.description}
              {entry.customerName && <div class="text-label text-ink-2">{entry.customerName}</div>}
            </div>
          ),
        },
        { label: "Debit", figures: true, cell: ({ amount }) => showSides(amount, currency).debit },
        { label: "Credit", figures: true, cell: ({ amount }) => showSides(amount, currency).credit },
        { label: "Balance", figures: true, cell: ({ balance }) => showBalance(balance, currency) },
      ]}
      rows={lines}
    />
  );
}

/** "£12.00 debit". */
function showBalance(amount: bigint, currency: string): string {
  if (amount === 0n) return showAmount(0n, currency);
  return `${showAmount(amount < 0n ? -amount : amount, currency)} ${amount < 0n ? "credit" : "debit"}`;
}

/** The document behind an entry. */
function hrefOf({ creditNoteId, invoiceId, paymentId, walletExpiryId, customerId }: Entry) {
  if (creditNoteId) return `/credit-notes/${creditNoteId}`;
  if (invoiceId) return `/invoices/${invoiceId}`;
  if (paymentId) return `/payments/${paymentId}`;
  return walletExpiryId && customerId ? `/customers/${customerId}/wallet` : undefined;
}
