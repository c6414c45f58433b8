/** What a simulation comes to: a row for each customer, or the periods of one. */
import { Empty } from "../../../../components/ui/empty.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { Notice } from "../../../../components/ui/notice.tsx";
import { Pagination } from "../../../../components/ui/pagination.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { Table } from "../../../../components/ui/table.tsx";
import { quarterName } from "../../../../lib/invoicing/simulation/quarter.ts";
import type {
  SimulatedCustomer,
  SimulatedPage,
  SimulatedPeriod,
  Simulation,
} from "../../../../lib/invoicing/simulation/views.ts";
import { periodLabel } from "../../../../lib/invoicing/texts.ts";
import { countOf, showAmount } from "../../invoices/(_components)/invoice_words.tsx";

export interface SimulationResult extends SimulatedPage {
  simulation: Simulation;
  isFirstPage: boolean;
  /** The id of the one customer that is asked for. */
  only?: string;
}

interface SimulationTablesProps {
  result: SimulationResult;
  /** The address of the same simulation with these values more. */
  hrefOf: (more: Record<string, string>) => string;
}

/** A customer's periods on the page; the file has all. */
const periodsShown = 60;

export function SimulationTables({ result, hrefOf }: SimulationTablesProps) {
  const { customers, simulation: { quarter, version }, only, next, isFirstPage } = result;
  if (customers.length === 0 && isFirstPage && next === undefined) {
    return (
      <Section id="customers" title={quarterName(quarter)}>
        <Empty sentence="No contract was on this plan in a period that ended in this quarter." />
      </Section>
    );
  }
  const problems = customers.reduce((sum, { problemCount }) => sum + problemCount, 0);
  const problemNotice = problems > 0 && (
    <Notice tone="info">
      {`${countOf(problems, "period")} cannot be compared and ${
        problems === 1 ? "is" : "are"
      } in no sum. Open the customer to see why.`}
    </Notice>
  );
  if (only !== undefined && customers.length === 1) {
    return <OneCustomer customer={customers[0]} result={result} backHref={hrefOf({})} />;
  }
  const isAll = isFirstPage && next === undefined;
  const show = (amount: bigint) => showAmount(amount, version.currency);
  const sums = sumsOf(customers);
  return (
    <Section id="customers" title={quarterName(quarter)}>
      {problemNotice}
      <Table
        caption={`Customers by reference, in ${version.currency} before tax`}
        layout="paired"
        columns={[
          {
            label: "Customer",
            cell: ({ customerId, name, reference }) => (
              <div>
                <TapLink href={hrefOf({ customer: customerId })}>{name}</TapLink>
                <div class="text-label text-ink-2">{reference}</div>
              </div>
            ),
          },
          { label: "Periods", figures: true, cell: ({ periods }) => String(periods.length) },
          { label: "By their plan", figures: true, cell: ({ present }) => show(present) },
          { label: "By this plan", figures: true, cell: ({ simulated }) => show(simulated) },
          { label: "Difference", figures: true, cell: (row) => showDifference(row, version.currency) },
        ]}
        rows={customers}
        totals={[{
          label: isAll ? "All customers" : `These ${customers.length} customers`,
          values: [show(sums.present), show(sums.simulated), showDifference(sums, version.currency)],
          kind: "grand",
        }]}
      />
      {!isAll && (
        <Pagination
          summary={countOf(customers.length, "customer")}
          previous={isFirstPage ? undefined : { label: "First customers", href: hrefOf({}) }}
          next={next === undefined ? undefined : { label: "Next customers", href: hrefOf({ after: next }) }}
        />
      )}
    </Section>
  );
}

function OneCustomer(
  { customer, result, backHref }: { customer: SimulatedCustomer; result: SimulationResult; backHref: string },
) {
  const { quarter, version: { currency } } = result.simulation;
  const show = (amount: bigint | undefined) =>
    amount === undefined ? "not priced" : showAmount(amount, currency);
  const shown = customer.periods.slice(0, periodsShown);
  const more = customer.periods.length - shown.length;
  return (
    <Section id="periods" title={`${customer.name}, ${quarterName(quarter)}`}>
      {customer.periods.filter(({ problem }) => problem).slice(0, 5).map(({ contract, period, problem }) => (
        <Notice key={`${contract} ${period.start}`} tone="info">
          {`${contract}, ${periodLabel(period)}: ${problem}`}
        </Notice>
      ))}
      <Table
        caption={`Periods by contract, in ${currency} before tax`}
        layout="paired"
        columns={[
          { label: "Contract", cell: ({ contract }) => contract },
          { label: "Period", cell: ({ period }) => periodLabel(period) },
          { label: "By its plan", figures: true, cell: ({ present }) => show(present) },
          { label: "By this plan", figures: true, cell: ({ simulated }) => show(simulated) },
          { label: "Difference", figures: true, cell: (row) => differenceOf(row, currency) },
        ]}
        rows={shown}
        totals={[{
          label: "All periods",
          values: [show(customer.present), show(customer.simulated), showDifference(customer, currency)],
          kind: "grand",
        }]}
      />
      {more > 0 && <p>{`The file has ${countOf(more, "period")} more.`}</p>}
      <p>
        <TapLink href={backHref}>All customers</TapLink>
      </p>
    </Section>
  );
}

function differenceOf({ present, simulated }: SimulatedPeriod, currency: string): string {
  if (present === undefined || simulated === undefined) return "not priced";
  return showDifference({ present, simulated }, currency);
}

/** "+£12.00", "−£3.00", or "none". */
function showDifference({ present, simulated }: Amounts, currency: string): string {
  const difference = simulated - present;
  if (difference === 0n) return "none";
  return difference > 0n ? `+${showAmount(difference, currency)}` : showAmount(difference, currency);
}

type Amounts = Pick<SimulatedCustomer, "present" | "simulated">;

function sumsOf(customers: readonly Amounts[]): Amounts {
  const sum = (part: keyof Amounts) => customers.reduce((all, customer) => all + customer[part], 0n);
  return { present: sum("present"), simulated: sum("simulated") };
}
