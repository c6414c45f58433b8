/** One business's invoices as plain formatted data: what a route would get from its views. */
import { Badge, type BadgeState } from "../../../components/ui/badge.tsx";
import { Day, Moment } from "../../../components/ui/date.tsx";
import type { InvoicePaperProps } from "../../../routes/(app)/invoices/(_components)/invoice_paper.tsx";
import type {
  InvoiceDetailProps,
  InvoiceLine,
} from "../../../routes/(app)/invoices/(_components)/invoice_detail.tsx";
import type { InvoiceListRow } from "../../../routes/(app)/invoices/(_components)/invoice_list.tsx";

type ListedInvoice = [
  number: string,
  customer: string,
  state: BadgeState,
  word: string,
  issued: string,
  due: string,
  total: string,
  open: string,
];

const listed: ListedInvoice[] = [
  ["INV-2026-1976", "Wick Lane Couriers", "due", "Due", "2026-04-02", "2026-04-22", "£1,204.80", "£1,204.80"],
  ["Draft 88", "Lumen Broadband", "draft", "Draft", "", "", "£640.00", "£640.00"],
  [
    "INV-2026-1731",
    "Brightwater Facilities",
    "due",
    "Due",
    "2026-04-02",
    "2026-04-22",
    "£4,270.84",
    "£4,270.84",
  ],
  [
    "INV-2026-1402",
    "Kestrel Rail Support",
    "overdue",
    "Overdue 6 days",
    "2026-03-03",
    "2026-04-02",
    "£5,204.10",
    "£5,204.10",
  ],
  ["INV-2026-1688", "Oakmere Housing", "paid", "Paid", "2026-04-02", "2026-05-02", "£3,600.00", "£0.00"],
  [
    "INV-2026-1390",
    "Ashdown Couriers",
    "overdue",
    "Overdue 16 days",
    "2026-03-03",
    "2026-03-23",
    "£1,402.08",
    "£1,402.08",
  ],
  [
    "INV-2026-1544",
    "Pryce & Daughters",
    "failed",
    "Payment failed",
    "2026-04-02",
    "2026-04-22",
    "£2,118.30",
    "£2,118.30",
  ],
  ["INV-2026-1502", "Lumen Broadband", "due", "Due", "2026-04-02", "2026-05-02", "£6,482.16", "£6,482.16"],
  [
    "INV-2026-1377",
    "Dunmore Veterinary",
    "part_paid",
    "Part paid",
    "2026-03-03",
    "2026-03-23",
    "£980.50",
    "£480.50",
  ],
  ["Draft 87", "Tarn Valley Council", "approve", "To approve", "", "", "£788.50", "£788.50"],
  [
    "INV-2026-1341",
    "Fenwick Joinery",
    "overdue",
    "Overdue 16 days",
    "2026-03-03",
    "2026-03-23",
    "£2,875.92",
    "£2,875.92",
  ],
  [
    "INV-2026-1498",
    "Halden Civil Engineering",
    "due",
    "Due",
    "2026-04-02",
    "2026-05-02",
    "£18,940.02",
    "£18,940.02",
  ],
  ["INV-2026-1496", "Harbour Street Dental", "paid", "Paid", "2026-04-02", "2026-04-22", "£412.00", "£0.00"],
  ["INV-2026-1329", "Moor End Nursery", "void", "Void", "2026-03-03", "2026-03-23", "£366.00", "£0.00"],
  ["INV-2026-1493", "Ravenglass Water", "due", "Due", "2026-04-02", "2026-05-02", "£27,316.44", "£27,316.44"],
  [
    "INV-2026-1490",
    "Pennine Book Supply",
    "due",
    "Due",
    "2026-04-02",
    "2026-04-22",
    "£1,530.00",
    "£1,530.00",
  ],
  ["INV-2026-1288", "Oakmere Housing", "paid", "Paid", "2026-03-03", "2026-04-02", "£3,600.00", "£0.00"],
  [
    "INV-2026-1271",
    "Stour Valley Ambulance",
    "overdue",
    "Overdue 6 days",
    "2026-03-03",
    "2026-04-02",
    "£9,118.75",
    "£9,118.75",
  ],
  ["INV-2026-1487", "Thornbury Estates", "due", "Due", "2026-04-02", "2026-05-02", "£7,204.11", "£7,204.11"],
  [
    "INV-2026-1484",
    "Cobalt Lift Services",
    "due",
    "Due",
    "2026-04-02",
    "2026-04-22",
    "£3,391.20",
    "£3,391.20",
  ],
  [
    "INV-2026-1260",
    "Glenholm Farms",
    "part_paid",
    "Part paid",
    "2026-03-03",
    "2026-03-23",
    "£1,848.00",
    "£924.00",
  ],
  ["INV-2026-1481", "Marlow Event Hire", "paid", "Paid", "2026-04-02", "2026-04-22", "£5,020.60", "£0.00"],
  ["INV-2026-1243", "Quayside Catering", "paid", "Paid", "2026-03-03", "2026-03-23", "£733.30", "£0.00"],
  ["INV-2026-1478", "Westfold Roofing", "due", "Due", "2026-04-02", "2026-04-22", "£2,290.88", "£2,290.88"],
  [
    "INV-2026-1190",
    "Pryce & Daughters",
    "failed",
    "Payment failed",
    "2026-03-03",
    "2026-03-23",
    "£318.00",
    "£318.00",
  ],
];

const muted = "text-ink-2";

export const invoiceRows: InvoiceListRow[] = listed.map((
  [number, customer, state, word, issued, due, total, open],
) => ({
  href: `/invoices/${number.replace(" ", "-").toLowerCase()}`,
  number,
  customer,
  state: <Badge state={state}>{word}</Badge>,
  issued: issued ? <Day date={issued} short /> : <span class={muted}>not issued</span>,
  due: due ? <Day date={due} short /> : <span class={muted}>not issued</span>,
  total,
  openAmount: open,
}));

const invoiceHref = "/invoices/inv-2026-1731";

const pooledMileage: InvoiceLine["why"] = {
  question: "Why £98.37?",
  sentence:
    "Six vans share one pool of miles. Together they drove 739.84 miles more than the pool holds, so those miles are charged once.",
  quantity: {
    title: "Miles driven against the pool",
    description: "The pool holds 5,645.16 miles. 6,385.00 miles were driven, so 739.84 miles are over.",
    withinPercent: 88.41,
    boundLabel: "In the pool 5,645.16",
    unit: "Miles",
    endLabel: "Driven 6,385.00: 739.84 over",
  },
  steps: [
    {
      words: "The pool: 1,000 miles for each van, by days on the contract",
      sum: "5 × 1,000 + 1,000 × 20/31",
      result: "5,645.16 miles",
    },
    {
      words: (
        <>
          What the 6 vans drove in March, from <a href="/usage?contract=c-118&month=2026-03">212 trips</a>
        </>
      ),
      sum: "1,482.4 + 1,236.0 + 1,104.7 + 986.3 + 874.1 + 701.5",
      result: "6,385.00 miles",
    },
    { words: "Over the pool", sum: "6,385.00 − 5,645.16", result: "739.84 miles" },
    {
      words: "The first 500 miles at £0.12, the rest at £0.16",
      sum: "500 × £0.12 + 239.8387 × £0.16",
      result: "£98.3742",
    },
    { words: "Rounded once, half up, to the penny", result: "£98.37" },
  ],
  shares: {
    heading: "Who used it",
    caption: "Each van pays for its part of the miles over its own allowance",
    columns: [
      { label: "Van" },
      { label: "Own miles", shortLabel: "Own" },
      { label: "Driven" },
      { label: "Over" },
      { label: "Pays" },
    ],
    rows: [
      ["LV71 KPO", "1,000.00", "1,482.40", "482.40", "£53.96"],
      ["LV71 KPR", "1,000.00", "1,236.00", "236.00", "£26.40"],
      ["LV22 BXA", "1,000.00", "1,104.70", "104.70", "£11.71"],
      ["LV22 BXC", "1,000.00", "986.30", "none", "£0.00"],
      ["LV23 DNE", "1,000.00", "874.10", "none", "£0.00"],
      ["LV24 FHT", "645.16", "701.50", "56.34", "£6.30"],
    ],
    totals: [{ label: "6 vans", values: ["5,645.16", "6,385.00", "879.44", "£98.37"], kind: "grand" }],
  },
  source: "From contract C-118, version 3, clause “Pooled mileage”. Your customer sees the same steps.",
  links: [
    { label: "Read contract C-118", href: "/contracts/c-118" },
    { label: "Download these steps (JSON)", href: `${invoiceHref}/lines/3.json` },
  ],
};

function line(position: number, cells: Omit<InvoiceLine, "position" | "whyHref">): InvoiceLine {
  return { position, whyHref: `${invoiceHref}?why=${position}#why`, ...cells };
}

export const invoice: InvoiceDetailProps = {
  title: "Invoice INV-2026-1731",
  number: "INV-2026-1731",
  customer: { name: "Brightwater Facilities Ltd", href: "/customers/c-1042" },
  state: <Badge state="due">Due in 14 days</Badge>,
  figure: { label: "Still to pay", value: "£4,270.84" },
  actions: [
    { label: "Record a payment", href: `${invoiceHref}/payments/new` },
    { label: "Print the invoice", href: `${invoiceHref}/print`, icon: "print" },
  ],
  facts: [
    { label: "Issued", value: <Day date="2026-04-02" /> },
    { label: "Due", value: <Day date="2026-04-22" /> },
    { label: "For", value: "1 to 31 March 2026" },
    { label: "Purchase order", value: "PO-4471" },
    { label: "Contract", value: "C-118, version 3", href: "/contracts/c-118" },
  ],
  lines: [
    line(1, {
      name: "Lease, 5 vans",
      detail: "1 to 31 March, full month",
      quantity: "5",
      price: "£412.00",
      taxRate: "20%",
      amount: "£2,060.00",
    }),
    line(2, {
      name: "Lease, van LV24 FHT",
      detail: "12 to 31 March: 20 of 31 days",
      quantity: "20/31",
      price: "£412.00",
      taxRate: "20%",
      amount: "£265.81",
    }),
    line(3, {
      name: "Pooled mileage over allowance",
      detail: "739.84 miles over the pool of 6 vans",
      quantity: "739.84",
      price: "2 tiers",
      taxRate: "20%",
      amount: "£98.37",
      why: pooledMileage,
    }),
    line(4, {
      name: "Fuel cards, cost plus 2%",
      detail: "38 fills, £1,184.62 at cost",
      quantity: "1,184.62",
      price: "1.02",
      taxRate: "20%",
      amount: "£1,208.31",
    }),
    line(5, {
      name: "Road tolls, passed on at cost",
      detail: "18 crossings",
      quantity: "18",
      price: "at cost",
      taxRate: "exempt",
      amount: "£51.40",
    }),
    line(6, {
      name: "Lease discount, 5%",
      detail: "Contract C-118, from 1 January",
      quantity: "2,325.81",
      price: "−5%",
      taxRate: "20%",
      amount: "−£116.29",
    }),
  ],
  closeWhyHref: invoiceHref,
  taxName: { short: "VAT", long: "value added tax" },
  totals: [
    { label: "Before VAT", values: ["£3,567.60"], kind: "sum" },
    { label: "VAT", values: ["£703.24"] },
    { label: "Total", values: ["£4,270.84"], kind: "grand" },
    { label: "Paid so far", values: ["£0.00"] },
    { label: "Still to pay", values: ["£4,270.84"], kind: "grand" },
  ],
  taxes: [
    { category: "S, standard", rate: "20%", base: "£3,516.20", amount: "£703.24" },
    { category: "E, exempt", rate: "none", base: "£51.40", amount: "£0.00" },
  ],
  timeline: [
    {
      kind: "next",
      what: "Due",
      detail: (
        <>
          <Day date="2026-04-22" />. A reminder goes out 3 days before.
        </>
      ),
    },
    {
      kind: "event",
      what: "Opened by the customer",
      detail: (
        <>
          <Moment instant="2026-04-07T15:20:00Z" zone="Europe/London" />, for the second time
        </>
      ),
    },
    {
      kind: "event",
      what: "Emailed",
      detail: (
        <>
          <Moment instant="2026-04-02T14:12:00Z" zone="Europe/London" /> to accounts@brightwater.example
        </>
      ),
    },
    {
      kind: "milestone",
      what: "Issued",
      detail: (
        <>
          <Moment instant="2026-04-02T14:12:00Z" zone="Europe/London" />{" "}
          by the March run. Checked again to the penny.
        </>
      ),
    },
    {
      kind: "milestone",
      what: "Approved",
      detail: (
        <>
          <Moment instant="2026-04-02T14:10:00Z" zone="Europe/London" />{" "}
          by Tom Okafor. “Mileage agreed with Priya at Brightwater.”
        </>
      ),
    },
    {
      kind: "milestone",
      what: "Drafted",
      detail: (
        <>
          <Moment instant="2026-04-02T11:58:00Z" zone="Europe/London" /> by Amira Haddad
        </>
      ),
    },
  ],
  payments: {
    sentence: "No payment yet.",
    action: { label: "Record the first payment", href: `${invoiceHref}/payments/new` },
  },
};

export const paperInvoice: InvoicePaperProps = {
  taxReasons: [],
  title: "Invoice INV-2026-1731",
  seller: {
    name: "Calder Fleet Services Ltd",
    lines: ["Unit 4, Saltworks Road", "Halifax HX3 9QT", "VAT GB 123 4567 89", "Company 01234567"],
  },
  buyer: {
    name: "Brightwater Facilities Ltd",
    lines: ["Accounts payable", "18 Canal Wharf", "Leeds", "LS11 5PS"],
  },
  figure: { label: "To pay by 22 April 2026", value: "£4,270.84" },
  facts: invoice.facts.map(({ label, value }) => ({ label, value })),
  lines: invoice.lines,
  taxName: invoice.taxName,
  totals: invoice.totals,
  taxes: invoice.taxes,
  howToPay: [
    { label: "Sort code", value: "10-79-99" },
    { label: "Account", value: "88837491" },
    { label: "Reference", value: "INV-2026-1731" },
    { label: "Amount", value: "£4,270.84" },
    { label: "By", value: <Day date="2026-04-22" /> },
  ],
  workings: [{
    heading: "How line 3, pooled mileage, was worked out",
    sentence: pooledMileage!.sentence,
    steps: pooledMileage!.steps,
    shares: pooledMileage!.shares,
  }],
};
