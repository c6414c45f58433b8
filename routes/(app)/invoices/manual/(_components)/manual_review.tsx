/** The last look at an invoice written by hand, and what its buttons do: approve it, issue it. */
import { type FreshContext, page } from "fresh";
import { longDate } from "../../../../../components/ui/date.tsx";
import { ErrorSummary, type FormError } from "../../../../../components/ui/error_summary.tsx";
import { Facts } from "../../../../../components/ui/facts.tsx";
import { Form } from "../../../../../components/ui/form.tsx";
import { LinkRow } from "../../../../../components/ui/link.tsx";
import { Notice } from "../../../../../components/ui/notice.tsx";
import { PageHeader } from "../../../../../components/ui/page_header.tsx";
import { Pagination, rowsShown } from "../../../../../components/ui/pagination.tsx";
import { Section } from "../../../../../components/ui/section.tsx";
import { Table } from "../../../../../components/ui/table.tsx";
import { withTenant } from "../../../../../db/tenant.ts";
import { signedIn, type State } from "../../../../../define.ts";
import type { Capability } from "../../../../../lib/core/actor.ts";
import type { Command, Json } from "../../../../../lib/core/command.ts";
import { parseDate } from "../../../../../lib/core/input.ts";
import type { ManualVersion } from "../../../../../lib/invoicing/manual/commands.ts";
import { isOpenManual } from "../../../../../lib/invoicing/manual/states.ts";
import {
  linesPerPage,
  type ManualInvoice,
  readManualInvoice,
} from "../../../../../lib/invoicing/manual/views.ts";
import { readForm } from "../../../../(_components)/form_fields.ts";
import { sendForm } from "../../../(_components)/sent_form.ts";
import { describeTotals } from "../../(_components)/describe_invoice.tsx";
import { countOf, showAmount, showRate, taxNameIn } from "../../(_components)/invoice_words.tsx";
import { labelOf } from "./manual_form.ts";

export interface ManualReviewProps {
  draft: ManualInvoice;
  after: number;
  key: string;
  errors: FormError[];
  notice?: string;
  capabilities: ReadonlySet<Capability>;
}

/** The page, for everyone who may read. */
export async function showReview(
  ctx: FreshContext<State>,
  errors: FormError[] = [],
  { key = crypto.randomUUID(), status = 200 }: { key?: string; status?: number } = {},
) {
  const { session, tenantId } = signedIn(ctx.state);
  const query = ctx.url.searchParams;
  const after = Number(/^\d{1,5}$/.exec(query.get("after") ?? "")?.[0] ?? 0);
  const draft = await withTenant(
    ctx.state.environment.database,
    tenantId,
    (db) => readManualInvoice(db, ctx.params.id, after),
    { readOnly: true },
  );
  if (!isOpenManual(draft.state) && errors.length === 0) {
    const place = draft.invoiceId === null
      ? "/invoices/manual?done=discarded"
      : `/invoices/${draft.invoiceId}`;
    return ctx.redirect(place, 303);
  }
  ctx.state.title = {
    page: "Review",
    section: `Draft for ${draft.customer.name}`,
    hasErrors: errors.length > 0,
  };
  const { capabilities } = session.actor;
  const notice = query.get("done") === "approved"
    ? "This draft is approved. Someone who may issues it."
    : undefined;
  return page<ManualReviewProps>({ draft, after, key, errors, notice, capabilities }, { status });
}

/** What a button of the page does. */
export async function sendReview<Result extends Json>(
  ctx: FreshContext<State>,
  command: Command<ManualVersion, Result>,
  placeOf: (result: Result) => string,
) {
  const field = await readForm(ctx.req);
  const input = { manualInvoiceId: ctx.params.id, version: field("version") };
  const sent = await sendForm(ctx, command, field("key"), input, {});
  if ("result" in sent) return ctx.redirect(placeOf(sent.result), 303);
  const { errors, key, status } = sent.refusal;
  const editor = `/invoices/manual/${ctx.params.id}`;
  const linked = errors.map((error) => {
    const { field: name } = error;
    const [, position] = /^line-(\d+)-/.exec(name ?? "") ?? [];
    const after = position ? Math.floor((Number(position) - 1) / linesPerPage) * linesPerPage : 0;
    return name && labelOf(name)
      ? { ...error, label: labelOf(name), href: `${editor}?after=${after}#${name}` }
      : { message: error.message };
  });
  return await showReview(ctx, linked, { key, status });
}

export function ManualReview({ draft, after, key, errors, notice, capabilities }: ManualReviewProps) {
  const { id, customer, currency, sums, lineCount, supplyDate, state, entity, version } = draft;
  const here = `/invoices/manual/${id}`;
  const total = sums === null ? "not clear yet" : showAmount(sums.total, currency);
  const hidden = { key, version: String(version) };
  const isApproved = state === "approved";
  const mayApprove = capabilities.has("invoices.approve"), mayIssue = capabilities.has("invoices.issue");
  return (
    <>
      {notice && <Notice tone="good">{notice}</Notice>}
      <PageHeader
        trail={[
          { label: "Home", href: "/" },
          { label: "Invoices", href: "/invoices" },
          { label: "Written by hand", href: "/invoices/manual" },
        ]}
        here="Review"
        title={`Review the draft for ${customer.name}`}
        state={isApproved
          ? "Approved and not issued."
          : "Not approved. Once issued it has a number, is posted, and its amounts cannot change."}
        figure={{ label: "Comes to", value: total }}
      />
      <ErrorSummary errors={errors} before="this goes on" />
      <Facts
        facts={[
          { label: "Customer", value: customer.name, href: `/customers/${customer.id}` },
          { label: "From", value: entity.name },
          { label: "Day of supply", value: parseDate(supplyDate) ? longDate(supplyDate) : supplyDate },
          { label: "Days to pay", value: draft.paymentTermsDays },
          ...(draft.purchaseOrder === "" ? [] : [{ label: "Purchase order", value: draft.purchaseOrder }]),
          ...(draft.buyerReference === ""
            ? []
            : [{ label: "Buyer’s reference", value: draft.buyerReference }]),
          ...(draft.note === "" ? [] : [{ label: "Note", value: draft.note }]),
        ]}
      />
      <Section id="lines" title="Lines" aside={countOf(BigInt(lineCount), "line")}>
        <ReadLines draft={draft} after={after} />
        {lineCount > draft.lines.length && (
          <Pagination
            summary={rowsShown("Lines", after, after + draft.lines.length, lineCount)}
            previous={after === 0 ? undefined : {
              label: "Previous lines",
              href: `${here}/review?after=${Math.max(0, after - linesPerPage)}`,
            }}
            next={after + draft.lines.length < lineCount
              ? { label: "Next lines", href: `${here}/review?after=${after + linesPerPage}` }
              : undefined}
          />
        )}
      </Section>
      <Section id="issue" title={isApproved || mayApprove && mayIssue ? "Issue it" : "What comes next"}>
        {mayIssue && (isApproved || mayApprove)
          ? (
            <Form
              action={`${here}/issue`}
              submit={`${isApproved ? "Issue" : "Approve and issue"} the invoice of ${total}`}
              hidden={hidden}
            >
              {null}
            </Form>
          )
          : <p class="mb-4 max-w-prose">Someone who may approve and issue goes on from here.</p>}
        {mayApprove && !isApproved && (
          <div class="mt-4">
            <Form
              action={`${here}/approve`}
              submit="Only approve it"
              kind={mayIssue ? "normal" : "go"}
              hidden={hidden}
            >
              {null}
            </Form>
          </div>
        )}
        {capabilities.has("invoices.draft") && (
          <LinkRow
            links={[{ label: "Change the draft", href: here }]}
          />
        )}
      </Section>
    </>
  );
}

function ReadLines({ draft, after }: Pick<ManualReviewProps, "draft" | "after">) {
  const { lines, currency, sums, taxInclusive, entity } = draft;
  if (lines.length === 0) return <p>There is no line yet.</p>;
  const taxName = taxNameIn(entity.country).short;
  return (
    <Table
      caption={`Lines of this invoice; amounts ${taxInclusive ? "with" : "before"} ${taxName}`}
      captionHidden
      rows={lines.map((line, index) => ({ line, position: after + index + 1 }))}
      columns={[
        { label: "Line", figures: true, cell: ({ position }) => position },
        {
          label: "What",
          cell: ({ line }) =>
            [line.description || "empty", line.about, line.unit].filter((text) => text !== "").join(", "),
        },
        { label: "Quantity", figures: true, cell: ({ line }) => line.quantity || "none" },
        { label: "Price of one", figures: true, cell: ({ line }) => line.unitPrice || "none" },
        {
          label: "Discount",
          figures: true,
          cell: ({ line }) => line.discountPercent === "" ? "none" : `${line.discountPercent}%`,
        },
        {
          label: taxName,
          figures: true,
          cell: ({ line }) => {
            const [category, percent] = line.tax.split(" ");
            return showRate(category || null, percent ?? null);
          },
        },
        {
          label: "Amount",
          figures: true,
          cell: ({ line }) => line.amount === null ? "not yet" : showAmount(line.amount, currency),
        },
      ]}
      totals={sums === null ? [] : describeTotals({ ...sums, taxInclusive }, currency, taxName)}
    />
  );
}
