/** Complete pages with realistic data: each a kind of page the product has, in its fullest or emptiest state. */
import { StyleGuide } from "../../../components/style_guide.tsx";
import { Badge } from "../../../components/ui/badge.tsx";
import { Home } from "../../../routes/(app)/(_components)/home.tsx";
import { CustomerForm } from "../../../routes/(app)/customers/(_components)/customer_form.tsx";
import { CustomerList } from "../../../routes/(app)/customers/(_components)/customer_list.tsx";
import { InvoiceDetail } from "../../../routes/(app)/invoices/(_components)/invoice_detail.tsx";
import {
  InvoiceList,
  type InvoiceListProps,
} from "../../../routes/(app)/invoices/(_components)/invoice_list.tsx";
import { UsageImport } from "../../../routes/(app)/usage/(_components)/usage_import.tsx";
import { SignInForm } from "../../../routes/sign-in/(_components)/sign_in_form.tsx";
import { InvoicePaper } from "../../../routes/(app)/invoices/(_components)/invoice_paper.tsx";
import { invoice, invoiceRows, paperInvoice } from "./invoice_facts.tsx";
import { renderAtDoor, renderInApp, renderOnPaper } from "./render.tsx";

const invoiceList: InvoiceListProps = {
  state: "1,976 issued this year. Newest change first.",
  actions: [{ label: "Import usage", href: "/usage" }],
  views: [
    { label: "All", href: "/invoices", count: "1,976" },
    { label: "Due", href: "/invoices?view=due", count: "623" },
    { label: "Overdue", href: "/invoices?view=overdue", count: "19" },
    { label: "Drafts", href: "/invoices?view=draft", count: "4" },
    { label: "Paid", href: "/invoices?view=paid", count: "1,330" },
  ],
  currentView: "/invoices",
  ownViews: {
    views: [{ label: "Overdue at Brightwater", href: "/invoices?status=overdue&search=Brightwater" }],
    current: "/invoices",
    saveHref: "/views/new?list=invoices&issued_from=2026-03-01",
  },
  filter: { search: "", status: "any", issuedFrom: "2026-03-01", issuedTo: "2026-04-08" },
  statuses: [
    { value: "any", label: "Any status" },
    { value: "due", label: "Due" },
    { value: "overdue", label: "Overdue" },
    { value: "paid", label: "Paid" },
  ],
  appliedFilters: [],
  invoices: invoiceRows,
  pagination: {
    summary: "Rows 1–25 of 1,976",
    next: { label: "Next 25 invoices", href: "/invoices?after=1190" },
  },
};

const customers = [
  ["Ashdown Couriers", "C-1007", "1", "14", "£1,402.08"],
  ["Brightwater Facilities Ltd", "C-1042", "2", "6", "£4,270.84"],
  ["Cobalt Lift Services", "C-1066", "1", "9", "£3,391.20"],
  ["Dunmore Veterinary", "C-1013", "1", "3", "£480.50"],
  ["Halden Civil Engineering", "C-1090", "4", "61", "£18,940.02"],
  ["Oakmere Housing", "C-1021", "1", "12", "none"],
].map(([name, reference, contracts, vehicles, openAmount]) => ({
  href: `/customers/${reference.toLowerCase()}`,
  name,
  reference,
  contracts,
  vehicles,
  openAmount,
}));

const importFacts = [
  { label: "Rows read", value: "15,002" },
  { label: "Events", value: "9,862" },
  { label: "Already known", value: "none" },
  { label: "Set aside", value: "5,140" },
  { label: "Mapping", value: "chicago-taxi" },
];

const quarantined = [
  ["17", "company", "empty", "This trip names no company, so there is nobody to bill. Add a company."],
  ["18", "company", "empty", "This trip names no company, so there is nobody to bill. Add a company."],
  ["402", "trip_miles", "12,4", "Write the number with a point, as in 12.4."],
  [
    "1,188",
    "trip_start",
    "31/02/2026 10:00",
    "February has no day 31. Write a real date, as in 2026-02-28T10:00.",
  ],
].map(([line, column, value, reason]) => ({ line, column, value, reason }));

const importStages = ["Upload", "Map", "Read", "Review"];

export interface SamplePage {
  name: string;
  html: () => string;
}

export const samplePages: SamplePage[] = [
  {
    name: "sign-in",
    html: () => renderAtDoor({ page: "Sign in" }, <SignInForm next="/invoices" hasPasskeys={false} />),
  },
  {
    name: "sign-in-errors",
    html: () =>
      renderAtDoor(
        { page: "Sign in", hasErrors: true },
        <SignInForm
          next="/"
          hasPasskeys={false}
          email="amira@calder"
          errors={[{
            field: "email",
            message: "The e-mail address and the password do not match. Check both and try again.",
          }]}
        />,
      ),
  },
  {
    name: "home",
    html: () =>
      renderInApp(
        "/",
        { page: "Home" },
        <Home
          today="Thursday 2 April"
          state="The taxi file of March is read. 12 rows were set aside and wait for you."
          actions={[{ label: "Import usage", href: "/usage" }, {
            label: "Add a customer",
            href: "/customers/new",
          }]}
          tiles={[
            {
              name: "Due",
              icon: "due",
              tone: "info",
              figure: "£412,906.18",
              note: "148 invoices, next due 7 April",
              link: { label: "See 148 due invoices", href: "/invoices?view=due" },
            },
            {
              name: "Overdue",
              icon: "overdue",
              tone: "bad",
              figure: "£38,214.50",
              note: "17 invoices, the oldest by 94 days",
              link: { label: "Chase 17 overdue invoices", href: "/invoices?view=overdue" },
            },
            {
              name: "Set aside",
              icon: "look",
              tone: "warn",
              figure: "12 rows",
              note: "From 1 import, 40 days old at most",
              link: { label: "Mend 12 rows", href: "/usage" },
            },
            {
              name: "Drafts",
              icon: "draft",
              tone: "plain",
              figure: "£1,428.50",
              note: "2 invoices, nothing is issued yet",
              link: { label: "Finish 2 drafts", href: "/invoices?view=draft" },
            },
          ]}
          recentInvoices={invoiceRows.slice(0, 6)}
          activity={[
            {
              key: "1",
              when: <time datetime="2026-04-02T14:02">14:02</time>,
              what: (
                <>
                  The March run issued <a href="/invoices/inv-2026-1731">INV-2026-1731</a>{" "}
                  to Brightwater Facilities for £4,270.84.
                </>
              ),
            },
            {
              key: "2",
              when: <time datetime="2026-04-02T10:05">10:05</time>,
              state: <Badge state="set_aside">12 rows set aside</Badge>,
              what: (
                <>
                  Telematics import: 18,402 trips read. <a href="/usage/7">Mend the 12 rows</a>.
                </>
              ),
            },
            {
              key: "3",
              when: <time datetime="2026-04-02T09:40">09:40</time>,
              what: (
                <>
                  Amira Haddad added the customer <a href="/customers/c-1091">Lumen Broadband</a>.
                </>
              ),
            },
          ]}
        />,
      ),
  },
  {
    name: "home-empty",
    html: () =>
      renderInApp(
        "/",
        { page: "Home" },
        <Home
          today="Thursday 2 April"
          state="Your books are open. Add a customer to begin."
          actions={[{ label: "Add the first customer", href: "/customers/new" }]}
          tiles={[
            { name: "Due", icon: "due", tone: "plain", figure: "£0.00", note: "No invoice is due" },
            { name: "Overdue", icon: "overdue", tone: "plain", figure: "£0.00", note: "No invoice is late" },
          ]}
          recentInvoices={[]}
          activity={[]}
        />,
      ),
  },
  {
    name: "invoices",
    html: () => renderInApp("/invoices", { page: "Invoices" }, <InvoiceList {...invoiceList} />),
  },
  {
    name: "invoices-no-match",
    html: () =>
      renderInApp(
        "/invoices",
        { page: "Invoices" },
        <InvoiceList
          {...invoiceList}
          filter={{ ...invoiceList.filter, search: "Brigthwater", status: "overdue" }}
          appliedFilters={[
            { label: "Search: Brigthwater", href: "/invoices?status=overdue" },
            { label: "Status: overdue", href: "/invoices?search=Brigthwater" },
          ]}
          invoices={[]}
        />,
      ),
  },
  {
    name: "invoice",
    html: () =>
      renderInApp(
        "/invoices/inv-2026-1731",
        { page: invoice.title, section: "Invoices" },
        <InvoiceDetail {...invoice} />,
      ),
  },
  {
    name: "invoice-on-paper",
    html: () =>
      renderOnPaper(
        { page: "Print invoice INV-2026-1731", section: "Invoices" },
        "INV-2026-1731",
        "/invoices/inv-2026-1731",
        <InvoicePaper {...paperInvoice} />,
      ),
  },
  {
    name: "customers",
    html: () =>
      renderInApp(
        "/customers",
        { page: "Customers" },
        <CustomerList
          state="128 customers, by name."
          search=""
          ownViews={{ views: [], current: "/customers" }}
          createHref="/customers/new"
          customers={customers}
          pagination={{
            summary: "Rows 1–25 of 128",
            next: { label: "Next 25 customers", href: "/customers?after=oakmere" },
          }}
        />,
      ),
  },
  {
    name: "customers-empty",
    html: () =>
      renderInApp(
        "/customers",
        { page: "Customers" },
        <CustomerList
          state="Nobody is billed yet."
          search=""
          ownViews={{ views: [], current: "/customers" }}
          createHref="/customers/new"
          customers={[]}
          pagination={{ summary: "" }}
        />,
      ),
  },
  {
    name: "customer-form-errors",
    html: () =>
      renderInApp(
        "/customers/new",
        { page: "Add a customer", section: "Customers", hasErrors: true },
        <CustomerForm
          title="Add a customer"
          submit="Save the customer"
          cancelHref="/customers"
          values={{
            name: "",
            reference: "C-1042",
            email: "accounts.brightwater",
            addressLines: "",
            country: "GB",
            language: "",
            paymentTermsDays: "30",
            invoiceDelivery: "email",
          }}
          countries={[{ value: "GB", label: "United Kingdom" }, { value: "US", label: "United States" }]}
          languages={[{ value: "", label: "That of the billing entity" }, {
            value: "de-DE",
            label: "German (Germany)",
          }]}
          errors={[
            { field: "name", label: "Name", message: "Type the name that stands on the invoice." },
            {
              field: "email",
              label: "E-mail address for invoices",
              message: "Add the @ and what follows it.",
            },
          ]}
          hidden={{ key: "0198f0c2-6e1a-7c3e-8f57-0a3c2b1d4e5f" }}
        />,
      ),
  },
  {
    name: "usage-import",
    html: () =>
      renderInApp(
        "/usage/7",
        { page: "chicago-taxi.csv", section: "Usage" },
        <UsageImport
          fileName="chicago-taxi.csv"
          state="Started by Amira Haddad on 2 April, 12:58."
          stages={importStages}
          currentStage={2}
          progress={{
            bytesRead: 9301,
            bytesTotal: 15002,
            sentence: "9,301 of 15,002 rows read. You can leave this page.",
            updateHref: "/usage/7",
          }}
          facts={importFacts}
          quarantined={quarantined}
          quarantinedCount="5,140 rows"
          pagination={{
            summary: "Rows 1–4 of 5,140",
            next: { label: "Next 25 rows", href: "/usage/7?after=1188" },
          }}
          downloadHref="/usage/7/quarantine.csv"
        />,
      ),
  },
  {
    name: "style-guide",
    html: () => renderInApp("/style-guide", { page: "Style guide" }, <StyleGuide />),
  },
];
