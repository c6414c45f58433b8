/** A customer as its views give it, in the words and figures of its page. */
import { Day, longDate } from "../../../../components/ui/date.tsx";
import type { ListedInvoice } from "../../../../db/queries/invoice_list.ts";
import type { Capability } from "../../../../lib/core/actor.ts";
import { countryName } from "../../../../lib/core/country.ts";
import { languageName } from "../../(_components)/languages.ts";
import type { ContractPage } from "../../../../lib/contracts/views.ts";
import type { ContractTerm } from "../../../../lib/contracts/terms/views.ts";
import type { Customer } from "../../../../lib/customers/views.ts";
import type { InvoicePage } from "../../../../lib/invoicing/views.ts";
import type { CustomerAccounts } from "../../../../lib/payments/views.ts";
import {
  countOf,
  draftRowName,
  InvoiceBadge,
  Missing,
  showAmount,
} from "../../invoices/(_components)/invoice_words.tsx";
import { termDays, termSentence } from "../../contracts/(_components)/term_words.tsx";
import type {
  CustomerAccountRow,
  CustomerContractRow,
  CustomerDetailProps,
  CustomerInvoiceRow,
} from "./customer_detail.tsx";

export interface CustomerFacts {
  customer: Customer;
  accounts: CustomerAccounts["accounts"];
  contracts: ContractPage;
  discounts: ContractTerm[];
  /** Where "over" is decided. */
  today: Temporal.PlainDate;
  invoices: InvoicePage;
}

const invoicesShown = 10;

export function describeCustomer(
  { customer, accounts, contracts, discounts, today, invoices }: CustomerFacts,
  capabilities: ReadonlySet<Capability>,
): CustomerDetailProps {
  const { id, name, reference } = customer;
  const query = `customer=${id}`;
  const mayAgree = capabilities.has("contracts.write");
  const isMore = (found: number, shown: number) => found > shown;
  return {
    name,
    state: `Customer ${reference} with ${
      contracts.found === 0 ? "no contract yet" : countOf(contracts.found, "contract")
    }.`,
    figure: figureOf(accounts),
    actions: [
      ...(capabilities.has("payments.record")
        ? [{ label: "Record a payment", href: `/customers/${id}/payments` }]
        : []),
      ...(capabilities.has("customers.write") && !customer.erasedAt
        ? [{ label: "Change the customer", href: `/customers/${id}/edit` }]
        : []),
    ],
    facts: factsOf(customer),
    accounts: accounts.map(describeAccount),
    accountLinks: [
      { label: "See the wallet", href: `/customers/${id}/wallet` },
      { label: "See the statement", href: `/customers/${id}/statement` },
      { label: "See the consents", href: `/customers/${id}/consents` },
      { label: "See the tax", href: `/customers/${id}/tax` },
      ...(capabilities.has("privacy.manage") && !customer.erasedAt
        ? [
          { label: "Download the data of this customer", href: `/customers/${id}/data` },
          {
            label: "Erase this customer",
            href: `/privacy/new?customer=${encodeURIComponent(customer.reference)}`,
          },
        ]
        : []),
      { label: "See the payments of this customer", href: `/payments?${query}` },
    ],
    contracts: contracts.rows.map(describeContract),
    allContracts: isMore(contracts.found, contracts.rows.length)
      ? { label: "See all contracts of this customer", href: `/contracts?${query}` }
      : undefined,
    newContract: capabilities.has("contracts.write")
      ? {
        label: contracts.found === 0 ? "Make the first contract" : "Make another contract",
        href: `/contracts/new?customer=${encodeURIComponent(reference)}`,
      }
      : undefined,
    discounts: discounts.map((term) => {
      const isOver = term.to !== null && Temporal.PlainDate.compare(term.to, today) <= 0;
      return {
        name: term.name,
        sentence: termSentence(term, term.currency ?? ""),
        days: termDays(term),
        endHref: mayAgree && !isOver ? `/customers/${id}/discounts/${term.id}/end` : undefined,
      };
    }),
    newDiscounts: mayAgree
      ? [
        { label: "Agree a discount", href: `/customers/${id}/discounts/new` },
        { label: "Redeem a coupon", href: `/customers/${id}/coupon` },
      ]
      : [],
    invoices: invoices.invoices.slice(0, invoicesShown).map(describeInvoiceRow),
    allInvoices: isMore(invoices.found.count, invoicesShown)
      ? { label: "See all invoices of this customer", href: `/invoices?${query}` }
      : undefined,
  };
}

/** One sum, where there is one currency; sums of two are never added. */
function figureOf(accounts: CustomerFacts["accounts"]): CustomerDetailProps["figure"] {
  const [first] = accounts;
  if (!first || accounts.some(({ currency }) => currency !== first.currency)) return undefined;
  const open = accounts.reduce((sum, account) => sum + account.open, 0n);
  return { label: "Still to pay", value: showAmount(open, first.currency) };
}

function factsOf(customer: Customer): CustomerDetailProps["facts"] {
  const { email, invoiceDelivery, addressLines, country, language, paymentTermsDays } = customer;
  return [
    {
      label: "Invoices go to",
      value: email === null ? <Missing>no e-mail address</Missing> : <Email address={email} />,
    },
    { label: "Sent", value: invoiceDelivery === "email" ? "By e-mail" : "By hand" },
    {
      label: "Address",
      value: addressLines.length === 0
        ? <Missing>none</Missing>
        : addressLines.map((line, index) => <span key={index} class="block">{line}</span>),
    },
    { label: "Country", value: country === null ? <Missing>none</Missing> : countryName(country) },
    {
      label: "Language of invoices",
      value: language === null ? <Missing>that of the billing entity</Missing> : languageName(language),
    },
    { label: "Time to pay", value: countOf(paymentTermsDays, "day") },
  ];
}

/** Breaks after the @, where it does not fit on one line. */
function Email({ address }: { address: string }) {
  const [name, host] = address.split("@");
  return (
    <>
      {`${name}@`}
      <wbr />
      {host}
    </>
  );
}

function describeAccount(
  { entityName, currency, open, openCount, credit }: CustomerFacts["accounts"][number],
): CustomerAccountRow {
  const show = (amount: bigint) => amount === 0n ? "none" : showAmount(amount, currency);
  return {
    entity: `${entityName}, in ${currency}`,
    invoices: openCount === 0 ? "no invoice" : countOf(openCount, "invoice"),
    credit: show(credit),
    open: show(open),
  };
}

function describeContract(contract: ContractPage["rows"][number]): CustomerContractRow {
  const { id, reference, plan, startDate, endDate, vehicleCount } = contract;
  const start = longDate(startDate.toString());
  return {
    href: `/contracts/${id}`,
    reference,
    plan,
    dates: endDate === null
      ? `From ${start}`
      : `${start} to ${longDate(endDate.subtract({ days: 1 }).toString())}`,
    vehicles: vehicleCount === 0n ? "none" : vehicleCount.toLocaleString("en-GB"),
  };
}

function describeInvoiceRow(invoice: ListedInvoice): CustomerInvoiceRow {
  const { id, number, dueDate, today, currency } = invoice;
  return {
    href: `/invoices/${id}`,
    number: number ?? draftRowName(invoice),
    state: <InvoiceBadge invoice={invoice} today={today} short />,
    due: dueDate
      ? <Day date={dueDate.toString()} short thisYear={today.year} />
      : <Missing>not issued</Missing>,
    total: showAmount(invoice.total, currency),
    open: number === null ? "not issued" : showAmount(invoice.openAmount, currency),
  };
}
