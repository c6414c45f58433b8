/** One contract: what it is, its vehicles by cursor, and the periods that can be billed. */
import { page } from "fresh";
import { Day } from "../../../../components/ui/date.tsx";
import { Notice } from "../../../../components/ui/notice.tsx";
import type { NamedStay } from "../../../../db/queries/contract_vehicle.ts";
import type { Charge } from "../../../../db/queries/rate_plan.ts";
import { type TenantDb, withTenant } from "../../../../db/tenant.ts";
import { define, signedIn } from "../../../../define.ts";
import type { Capability } from "../../../../lib/core/actor.ts";
import type { Cursor } from "../../../../lib/core/cursor_page.ts";
import { isId } from "../../../../lib/core/ids.ts";
import { localDate } from "../../../../lib/core/period.ts";
import {
  type ContractTimeline,
  entriesMost,
  findTimeline,
} from "../../../../lib/contracts/amendments/views.ts";
import {
  type ContractTerm,
  listCustomerDiscounts,
  listTerms,
} from "../../../../lib/contracts/terms/views.ts";
import { type ContractDetail as Detail, findContract } from "../../../../lib/contracts/views.ts";
import { periodLabel } from "../../../../lib/invoicing/texts.ts";
import {
  type BillableContract,
  findBillableContract,
  type InvoicePage,
  listInvoices,
} from "../../../../lib/invoicing/views.ts";
import { findPlan } from "../../../../lib/plans/views.ts";
import { describeListPages, listHref, readListCursor } from "../../(_components)/list_pages.ts";
import { InvoiceBadge, showAmount } from "../../invoices/(_components)/invoice_words.tsx";
import { chargeSentence } from "../../plans/(_components)/charge_words.ts";
import { ContractDetail, type ContractDetailProps } from "../(_components)/contract_detail.tsx";
import { showPeriod } from "../../../../lib/contracts/change_rules.ts";
import { ContractBadge, cycleWords, LastDay, planWords } from "../(_components)/contract_words.tsx";
import { describeTimeline } from "../(_components)/describe_timeline.tsx";
import { termDays, termSentence } from "../(_components)/term_words.tsx";

const invoicesShown = 10;

const notices: Record<string, string> = {
  made: "This contract is saved.",
  on: "The vehicle is on this contract.",
  off: "The last day of the vehicle is set.",
  swapped: "The vehicles are swapped.",
  ended: "The end of this contract is set.",
  agreed: "This is agreed.",
  redeemed: "The coupon is redeemed.",
  term_ended: "The end of this term is set.",
  plan: "The plan is changed.",
  paused: "The pause is set.",
  resumed: "The pause ends as you said.",
  renewed: "This contract is renewed.",
};

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const { environment } = ctx.state;
    const query = ctx.url.searchParams;
    const now = environment.clock.now();
    const found = await withTenant(
      environment.database,
      tenantId,
      (db) => readAll(db, ctx.params.id, now, readListCursor(query, isId)),
      { readOnly: true },
    );
    const props = describe(found, now, session.actor.capabilities);
    ctx.state.title = { page: `Contract ${props.reference}`, section: "Contracts" };
    return page({ props, notice: notices[query.get("done") ?? ""] });
  },
});

export default define.page<typeof handler>(({ data: { props, notice } }) => (
  <>
    {notice && <Notice tone="good">{notice}</Notice>}
    <ContractDetail {...props} />
  </>
));

interface Found extends Detail {
  charges: Charge[];
  terms: ContractTerm[];
  /** Of the customer, on all its contracts. */
  customerDiscounts: ContractTerm[];
  timeline: ContractTimeline;
  billable: BillableContract;
  invoices: InvoicePage;
}

async function readAll(
  db: TenantDb,
  id: string,
  now: Temporal.Instant,
  cursor: Cursor | undefined,
): Promise<Found> {
  const detail = await findContract(db, id, cursor);
  const { planId, version, reference, customerId } = detail.contract;
  const [{ charges }, terms, customerDiscounts, timeline, billable, invoices] = await Promise.all([
    findPlan(db, planId, version),
    listTerms(db, id),
    listCustomerDiscounts(db, customerId),
    findTimeline(db, id),
    findBillableContract(db, reference, now),
    listInvoices(db, { status: "any", contractId: id }, now),
  ]);
  return { ...detail, charges, terms, customerDiscounts, timeline, billable, invoices };
}

function describe(
  found: Found,
  now: Temporal.Instant,
  capabilities: ReadonlySet<Capability>,
): ContractDetailProps {
  const { contract, stays, stayCount, charges, timeline, billable, invoices } = found;
  const { id, reference, planId, version } = contract;
  const here = `/contracts/${id}`;
  const today = localDate(now, contract.zone);
  const mayWrite = capabilities.has("contracts.write");
  const mayDraft = capabilities.has("invoices.draft");
  return {
    reference,
    customer: { name: contract.customer, href: `/customers/${contract.customerId}` },
    state: <ContractBadge contract={contract} today={today} pauses={timeline.pauses} />,
    actions: mayWrite
      ? [
        { label: "Put a vehicle on", href: `${here}/vehicles/new` },
        { label: "Swap vehicles", href: `${here}/swap` },
        { label: "Change the plan", href: `${here}/plan` },
      ]
      : [],
    rarerActions: mayWrite
      ? [
        { label: "Say where vehicles are handed over", href: `${here}/tax-place` },
        { label: "Pause the contract", href: `${here}/pause` },
        ...(timeline.pauses.length > 0 ? [{ label: "Resume the contract", href: `${here}/resume` }] : []),
        ...(contract.endDate ? [{ label: "Renew the contract", href: `${here}/renew` }] : []),
        { label: "End the contract", href: `${here}/end` },
      ]
      : [],
    facts: [
      { label: "First day", value: <Day date={contract.startDate.toString()} /> },
      { label: "Last day", value: <LastDay end={contract.endDate} /> },
      { label: "Billed by", value: contract.entity },
      { label: "Currency", value: contract.currency },
      { label: "Bills", value: cycleWords(contract) },
    ],
    vehicles: stays.rows.map((stay) => describeStay(stay, here, { today, mayWrite })),
    vehiclePages: describeListPages({
      page: stays,
      found: Number(stayCount),
      countedMost: Number.MAX_SAFE_INTEGER,
      noun: "vehicle",
      href: (cursor) => `${listHref(here, cursor)}#vehicles`,
    }),
    plan: { name: planWords(contract), href: `/plans/${planId}?version=${version}` },
    charges: charges.map((charge) => {
      return { name: charge.name, sentence: chargeSentence(charge, contract.currency) };
    }),
    ...describeTerms(found, today, mayWrite),
    timeline: describeTimeline(contract, timeline, today),
    timelineNote: timeline.isPart ? `The newest ${entriesMost} of each kind.` : undefined,
    periods: billable.periods.map((period) => ({
      label: periodLabel(period),
      href: mayDraft
        ? listHref("/invoices/new", { contract: reference, period: period.start.toString() })
        : undefined,
    })),
    invoices: invoices.invoices.slice(0, invoicesShown).map((invoice) => ({
      href: `/invoices/${invoice.id}`,
      number: invoice.number ?? "Draft",
      period: showPeriod({ start: invoice.periodStart!, end: invoice.periodEnd! }), // of a contract
      state: <InvoiceBadge invoice={invoice} today={today} short />,
      total: showAmount(invoice.total, invoice.currency),
    })),
    invoiceNote: invoices.found.count > invoicesShown
      ? `The newest ${invoicesShown} of ${invoices.found.count.toLocaleString("en-GB")}.`
      : undefined,
  };
}

function describeTerms(
  { contract, terms, customerDiscounts }: Found,
  today: Temporal.PlainDate,
  mayWrite: boolean,
): Pick<ContractDetailProps, "terms" | "newTerms"> {
  const here = `/contracts/${contract.id}`;
  const { currency: ours } = contract;
  const ofCustomer = customerDiscounts.filter(({ currency }) => currency === null || currency === ours);
  return {
    terms: [...terms, ...ofCustomer]
      .map((term) => ({
        name: term.name,
        sentence: termSentence(term, contract.currency) +
          (term.customerId === null ? "" : " Agreed with the customer."),
        days: termDays(term),
        endHref: mayWrite && !isOver(term, today)
          ? `${
            term.customerId === null ? `${here}/terms` : `/customers/${term.customerId}/discounts`
          }/${term.id}/end`
          : undefined,
      })),
    newTerms: mayWrite
      ? [
        { label: "Agree a discount", href: `${here}/terms/discount` },
        { label: "Redeem a coupon", href: `${here}/terms/coupon` },
        { label: "Give free units", href: `${here}/terms/free-units` },
        { label: "Agree a minimum or a cap", href: `${here}/terms/commitment` },
      ]
      : [],
  };
}

function describeStay(
  stay: NamedStay,
  here: string,
  { today, mayWrite }: { today: Temporal.PlainDate; mayWrite: boolean },
) {
  return {
    reference: stay.vehicle,
    href: `/vehicles/${stay.vehicleId}`,
    plate: stay.plate,
    from: <Day date={stay.from.toString()} short thisYear={today.year} />,
    lastDay: <LastDay end={stay.to} thisYear={today.year} />,
    endHref: mayWrite && !isOver(stay, today) ? `${here}/vehicles/${stay.vehicleId}/end` : undefined,
  };
}

function isOver({ to }: { to: Temporal.PlainDate | null }, today: Temporal.PlainDate): boolean {
  return to !== null && Temporal.PlainDate.compare(to, today) <= 0;
}
