/** Credits an issued invoice: all that is left of it, an amount, or parts of its lines. */
import { type FreshContext, page } from "fresh";
import { ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { rowsShown } from "../../../../components/ui/pagination.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../../define.ts";
import { requireCapability } from "../../../../lib/auth/policy.ts";
import { execute } from "../../../../lib/core/command.ts";
import { amountExample } from "../../../../lib/core/amount_input.ts";
import { parseCurrencyCode } from "../../../../lib/core/currency.ts";
import type { MilepostError } from "../../../../lib/core/errors.ts";
import { parseMoney } from "../../../../lib/core/money.ts";
import {
  creditableStates,
  type CreditInput,
  type CreditResult,
  issueCreditNote,
} from "../../../../lib/invoicing/credit/commands.ts";
import { findCreditable } from "../../../../lib/invoicing/credit/views.ts";
import { findInvoice, type InvoiceDetail, rowsPerPage } from "../../../../lib/invoicing/views.ts";
import { fieldsOf, formErrors, readFormData } from "../../../(_components)/form_fields.ts";
import { isRefusal } from "../../payments/(_components)/send_payment.ts";
import type { CreditedAmounts } from "../../credit-notes/(_components)/credit_note_parts.tsx";
import { CreditForm, CreditReview, type CreditValues } from "../(_components)/credit_form.tsx";
import { showAmount, showDecimalAmount, taxNameIn } from "../(_components)/invoice_words.tsx";

type Creditable = NonNullable<Awaited<ReturnType<typeof findCreditable>>>;

interface Shown {
  invoice: InvoiceDetail;
  creditable: Creditable;
  values: CreditValues;
  /** The lines start after this position. */
  after: number;
  errors: FormError[];
  /** What it comes to, once that is known. */
  review?: CreditResult;
  key: string;
}

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const found = await read(ctx);
    if (!creditableStates.includes(found.invoice.state)) {
      return ctx.redirect(`/invoices/${found.invoice.id}`, 303);
    }
    ctx.state.title = { page: "Credit the invoice", section: `Invoice ${found.invoice.number}` };
    const query = ctx.url.searchParams;
    const values = readValues((name) => query.get(name) ?? "", query.keys());
    const after = Number(/^\d{1,9}$/.exec(query.get("after") ?? "")?.[0] ?? 0);
    const shown: Shown = { ...found, values, after, errors: [], key: crypto.randomUUID() };
    if (query.get("review") === null) return page(shown);
    try {
      const execution = { tenantId, actor: session.actor, dryRun: true };
      const input = inputOf(found.invoice.id, values);
      const review = await execute(ctx.state.environment, issueCreditNote, execution, input);
      return page({ ...shown, review });
    } catch (error) {
      return refuse(ctx, shown, error);
    }
  },
  async POST(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const form = await readFormData(ctx.req);
    const field = fieldsOf(form);
    const values = readValues(field, form.keys());
    const found = await read(ctx);
    try {
      const execution = { tenantId, actor: session.actor, key: field("key") };
      const input = inputOf(found.invoice.id, values);
      const { creditNoteId } = await execute(ctx.state.environment, issueCreditNote, execution, input);
      return ctx.redirect(`/credit-notes/${creditNoteId}?done=issued`, 303);
    } catch (error) {
      return refuse(ctx, { ...found, values, after: 0, errors: [], key: crypto.randomUUID() }, error);
    }
  },
});

function refuse(ctx: FreshContext<State>, shown: Shown, error: unknown) {
  if (!isRefusal(error)) throw error;
  const section = `Invoice ${shown.invoice.number}`;
  ctx.state.title = { page: "Credit the invoice", section, hasErrors: true };
  return page<Shown>({ ...shown, errors: errorsOf(error) }, { status: error.status });
}

function errorsOf(error: MilepostError): FormError[] {
  if (error.name === "KeyReused") {
    const message = "A credit note was issued from this page already. Look at the invoice, and issue this " +
      "one only if it is another.";
    return [{ message }];
  }
  return error.status === 422 ? formErrors(error) : [{ message: error.message }];
}

export default define.page<typeof handler>(({ data }) => {
  const { invoice, errors, review } = data;
  const { id, number, buyer, customerId, currency, openAmount } = invoice;
  const here = `/invoices/${id}`;
  return (
    <>
      <PageHeader
        trail={[
          { label: "Home", href: "/" },
          { label: "Invoices", href: "/invoices" },
          { label: number!, href: here },
        ]}
        title="Credit the invoice"
        subject={<TapLink href={`/customers/${customerId}`}>{buyer.name}</TapLink>}
        state="A credit note takes back a part of the invoice, or all of it."
        figure={review
          ? { label: "Credit note", value: showDecimalAmount(review.total, currency) }
          : { label: "Still to pay", value: showAmount(openAmount, currency) }}
      />
      <ErrorSummary errors={errors} before="the credit note" />
      {review ? <Review {...data} review={review} /> : <Choose {...data} />}
    </>
  );
});

function Choose({ invoice, creditable, values, after, errors }: Shown) {
  const { id, currency, taxInclusive, seller, total, creditedAmount } = invoice;
  const open = creditable.lines.filter(({ amount, credited }) => amount !== credited);
  const lines = open.filter(({ position }) => position > after).slice(0, rowsPerPage);
  const isPart = lines.length < open.length;
  const first = open.filter(({ position }) => position <= after).length;
  const last = lines.at(-1);
  return (
    <CreditForm
      action={`/invoices/${id}/credit`}
      values={values}
      errors={errors}
      left={showAmount(total - creditedAmount, currency)}
      terms={`${taxInclusive ? "with" : "before"} ${taxNameIn(seller.country).short}`}
      example={amountExample(parseCurrencyCode(currency))}
      isByHand={invoice.contractId === null}
      lines={lines.map(({ position, description, amount, credited }) => ({
        position,
        description,
        left: showAmount(amount - credited, currency),
      }))}
      linePages={isPart
        ? {
          summary: rowsShown("Lines", first, first + lines.length, open.length),
          previous: after === 0
            ? undefined
            : { label: "The first lines", href: `/invoices/${id}/credit?how=lines` },
          next: last && first + lines.length < open.length
            ? { label: "Next lines", href: `/invoices/${id}/credit?how=lines&after=${last.position}` }
            : undefined,
        }
        : undefined}
    />
  );
}

function Review({ invoice, creditable, values, review, key }: Shown & { review: CreditResult }) {
  const { id, number, currency, buyer, terms, seller } = invoice;
  const action = `/invoices/${id}/credit`;
  const query = queryOf(values);
  return (
    <CreditReview
      action={action}
      hidden={{ ...query, key }}
      changeHref={`${action}?${new URLSearchParams(query)}`}
      credit={amountsOf(review, creditable, seller.country)}
      total={showDecimalAmount(review.total, currency)}
      customer={buyer.name}
      invoice={{ number: number!, href: `/invoices/${id}` }}
      purpose={values.purpose === "correction" ? "correction" : "concession"}
      reason={values.reason}
      released={/[1-9]/.test(review.released) ? showDecimalAmount(review.released, currency) : undefined}
      dueAgain={review.isWhole && values.purpose === "correction" && terms.contract !== undefined
        ? terms.period
        : undefined}
    />
  );
}

function amountsOf(review: CreditResult, { lines }: Creditable, country: string): CreditedAmounts {
  const currency = parseCurrencyCode(review.currency);
  const minor = (text: string) => parseMoney(text, currency).amount;
  return {
    currency,
    country,
    taxInclusive: review.taxInclusive,
    subtotal: minor(review.subtotal),
    taxTotal: minor(review.taxTotal),
    total: minor(review.total),
    lines: review.lines.map(({ position, description, detail, amount }) => {
      const { taxCategory, taxPercent } = lines.find((line) => line.position === position)!;
      return {
        invoicePosition: position,
        description,
        detail,
        amount: minor(amount),
        taxCategory,
        taxPercent,
      };
    }),
    taxes: review.taxes.map((tax) => ({ ...tax, base: minor(tax.base), amount: minor(tax.amount) })),
  };
}

/** Only the amounts of lines that were filled in travel on. */
function queryOf({ how, amount, purpose, reason, lines }: CreditValues): Record<string, string> {
  return {
    how,
    amount,
    purpose,
    reason,
    ...Object.fromEntries(Object.entries(lines).map(([position, text]) => [`line-${position}`, text])),
  };
}

function readValues(field: (name: string) => string, names: Iterable<string>): CreditValues {
  const lines: Record<string, string> = {};
  for (const name of names) {
    const position = /^line-(\d{1,9})$/.exec(name)?.[1];
    if (position !== undefined && field(name).trim() !== "") lines[position] = field(name);
  }
  return {
    how: field("how") || "whole",
    amount: field("amount"),
    purpose: field("purpose") || "concession",
    reason: field("reason"),
    lines,
  };
}

function inputOf(invoiceId: string, { how, amount, purpose, reason, lines }: CreditValues): CreditInput {
  return {
    invoiceId,
    credit: how === "amount" ? { kind: "amount", amount } : how === "lines"
      ? {
        kind: "lines",
        lines: Object.entries(lines).map(([position, text]) => ({
          position: Number(position),
          amount: text,
        })),
      }
      : { kind: "whole" },
    purpose,
    reason,
  };
}

async function read(ctx: FreshContext<State>): Promise<{ invoice: InvoiceDetail; creditable: Creditable }> {
  const { session, tenantId } = signedIn(ctx.state);
  requireCapability(session.actor, "invoices.draft");
  requireCapability(session.actor, "invoices.issue");
  const { id } = ctx.params;
  const [invoice, creditable] = await withTenant(
    ctx.state.environment.database,
    tenantId,
    (db) => Promise.all([findInvoice(db, id, { limit: 1 }), findCreditable(db, id)]),
    { readOnly: true },
  );
  return { invoice, creditable: creditable! };
}
