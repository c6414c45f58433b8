/** Makes the page of a new invoice: the preview is the command that drafts it, run and rolled back. */
import type { FreshContext } from "fresh";
import type { FormError } from "../../../../components/ui/error_summary.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { signedIn, type State } from "../../../../define.ts";
import { requireCapability } from "../../../../lib/auth/policy.ts";
import { parseCurrencyCode } from "../../../../lib/core/currency.ts";
import { execute } from "../../../../lib/core/command.ts";
import { isMilepostError, type MilepostError } from "../../../../lib/core/errors.ts";
import { parseMoney } from "../../../../lib/core/money.ts";
import { draftInvoice, type DraftResult } from "../../../../lib/invoicing/commands.ts";
import { periodLabel } from "../../../../lib/invoicing/texts.ts";
import { type BillableContract, findBillableContract, rowsPerPage } from "../../../../lib/invoicing/views.ts";
import { formErrors } from "../../../(_components)/form_fields.ts";
import { describeLine, describeTaxes, describeTotals } from "./describe_invoice.tsx";
import { countOf, showDecimalAmount, taxNameIn } from "./invoice_words.tsx";
import type { InvoicePreview, NewInvoiceProps } from "./new_invoice.tsx";

type Drafted = Extract<DraftResult, { outcome: "drafted" }>;

export interface Choice {
  contract: string;
  /** The first day of the period. */
  period: string;
  /** The line whose working is open. */
  why?: number;
}

/** The page for what is chosen so far, with what was refused before. */
export async function previewInvoice(
  ctx: FreshContext<State>,
  choice: Choice,
  refused: FormError[] = [],
): Promise<NewInvoiceProps> {
  const { session, tenantId } = signedIn(ctx.state);
  const { environment } = ctx.state;
  requireCapability(session.actor, "invoices.draft");
  let props: NewInvoiceProps = { contract: choice.contract, errors: refused };
  if (choice.contract === "") return props;
  const now = environment.clock.now();
  try {
    const contract = await withTenant(
      environment.database,
      tenantId,
      (db) => findBillableContract(db, choice.contract, now),
      { readOnly: true },
    );
    props = { ...props, ...describeChoice(contract, choice) };
    const period = contract.periods.find(({ start }) => start.toString() === choice.period);
    if (!period || refused.length > 0) return props;
    const input = {
      contractId: contract.id,
      periodStart: period.start.toString(),
      periodEnd: period.end.toString(),
    };
    const execution = { tenantId, actor: session.actor, dryRun: true };
    const result = await execute(environment, draftInvoice, execution, input);
    if (result.outcome !== "drafted") return { ...props, nothing: result.reason };
    const { capabilities } = session.actor;
    const preview = describePreview(result, choice, {
      hidden: { ...input, contract: choice.contract, key: crypto.randomUUID() },
      mayDraft: capabilities.has("invoices.draft"),
      mayIssue: capabilities.has("invoices.approve") && capabilities.has("invoices.issue"),
    });
    return { ...props, preview };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { ...props, errors: refusals(error) };
  }
}

/** What the reader can mend on this page. */
export function isRefusal(error: unknown): error is MilepostError {
  return isMilepostError(error) && (error.status === 409 || error.status === 422);
}

/** The only field of this page that can be wrong is the contract; everything else is said as a sentence. */
export function refusals(error: MilepostError): FormError[] {
  return error.fields.some(({ field }) => field === "contract")
    ? formErrors(error)
    : [{ message: error.message }];
}

function describeChoice(
  contract: BillableContract,
  { period }: Choice,
): Pick<NewInvoiceProps, "contract" | "choice"> {
  return {
    contract: contract.reference,
    choice: {
      customer: contract.customerName,
      periods: contract.periods.map((each) => ({ value: each.start.toString(), label: periodLabel(each) })),
      value: contract.periods.some(({ start }) => start.toString() === period) ? period : undefined,
    },
  };
}

function describePreview(
  draft: Drafted,
  choice: Choice,
  forms: Pick<InvoicePreview, "hidden" | "mayDraft" | "mayIssue">,
): InvoicePreview {
  const { currency } = draft;
  const code = parseCurrencyCode(currency);
  const minor = (text: string) => parseMoney(text, code).amount;
  const taxName = taxNameIn(draft.country);
  const here = (why?: number) => {
    const query = new URLSearchParams({ contract: choice.contract, period: choice.period });
    if (why !== undefined) query.set("why", String(why));
    return `/invoices/new?${query}${why === undefined ? "" : "#why"}`;
  };
  const shown = draft.lines.slice(0, rowsPerPage);
  const source = `From contract ${draft.contract}.`;
  const ignored = draft.ignoredCount === 0 ? "" : `, ${draft.ignoredCount} left out`;
  return {
    ...forms,
    customer: draft.customer,
    period: draft.period,
    usage: `${countOf(BigInt(draft.usageCount), "usage event")}${ignored}`,
    total: showDecimalAmount(draft.total, currency),
    lines: {
      lines: shown.map((line, index) => {
        const position = index + 1;
        const facts = { ...line, position, amount: minor(line.amount) };
        const why = choice.why === position
          ? { steps: line.steps, rounding: draft.rounding, source, links: [] }
          : undefined;
        return describeLine(facts, currency, here(position), why);
      }),
      lineCount: draft.lines.length,
      linePages: shown.length === draft.lines.length
        ? undefined
        : { summary: `The first ${shown.length} of ${draft.lines.length} lines` },
      closeWhyHref: here(),
      taxName,
      totals: describeTotals(
        {
          subtotal: minor(draft.subtotal),
          taxTotal: minor(draft.taxTotal),
          total: minor(draft.total),
          taxInclusive: draft.taxInclusive,
        },
        currency,
        taxName.short,
      ),
    },
    taxes: describeTaxes(
      draft.taxes.map((tax) => ({ ...tax, base: minor(tax.base), amount: minor(tax.amount) })),
      currency,
    ),
  };
}
