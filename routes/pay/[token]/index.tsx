/** An invoice as its customer opens it by a link, without an account: what is to pay and how, and why it is that much. */
import { page } from "fresh";
import { define } from "../../../define.ts";
import { localDate } from "../../../lib/core/period.ts";
import type { DocumentContent } from "../../../lib/documents/content.ts";
import { hostedWords } from "../../../lib/documents/hosted_words.ts";
import { invoiceContent } from "../../../lib/documents/invoice_content.ts";
import { languageOf } from "../../../lib/documents/language.ts";
import { sayStanding, type StandingTone } from "../../../lib/documents/standing.ts";
import {
  type ExplainedLine,
  explainLine,
  findInvoice,
  type InvoiceDetail,
} from "../../../lib/invoicing/views.ts";
import { transferCode } from "../../../lib/payments/transfer_code.ts";
import { accountLines, type BankAccount, findPayee } from "../../../lib/tenants/views.ts";
import { HostedInvoice, type HostedLines } from "../(_components)/hosted_invoice.tsx";
import { linkHeaders, openByLink } from "../(_components)/open_by_link.ts";

/** Lines of one page: more would make it heavy for a telephone. */
const linesPerPage = 20;

interface Data {
  content: DocumentContent;
  standing: { tone: StandingTone; sentences: string[] };
  lines: HostedLines;
  /** Of the transfer that pays it, where there is one. */
  code: string | null;
  appendixWords: string;
}

export const handler = define.handlers({
  async GET(ctx) {
    const { environment } = ctx.state;
    const after = wholeNumber(ctx.url.searchParams.get("after")) ?? 0;
    const why = wholeNumber(ctx.url.searchParams.get("why"));
    const { invoice, working, payee } = await openByLink(ctx, async (db, id) => {
      const [invoice, working] = await Promise.all([
        findInvoice(db, id, { after, limit: linesPerPage }),
        why === undefined ? undefined : explainLine(db, id, why),
      ]);
      return { invoice, working, payee: await findPayee(db, environment.secrets, invoice.seller.id) };
    });
    const { seller, buyer } = invoice;
    const language = languageOf(buyer.language ?? seller.language);
    const content = invoiceContent(invoice, working ? [working] : [], payee ? accountLines(payee) : []);
    ctx.state.title = { page: content.title, tenant: seller.name };
    ctx.state.language = language.region ? `${language.code}-${language.region}` : language.code;
    const data: Data = {
      content,
      standing: sayStanding(invoice, localDate(environment.clock.now(), seller.zone), language),
      lines: linesOf(invoice, after, working),
      code: codeOf(invoice, payee),
      appendixWords: language.words.seeWorking,
    };
    return page(data, { headers: linkHeaders });
  },
});

export default define.page<typeof handler>(({ data, params }) => (
  <HostedInvoice
    {...data}
    here={`/pay/${params.token}`}
    words={hostedWords[data.content.language as keyof typeof hostedWords]}
  />
));

function linesOf(
  { lines, lineCount }: InvoiceDetail,
  after: number,
  working: ExplainedLine | undefined,
): HostedLines {
  const first = lines.at(0)?.position ?? 0, last = lines.at(-1)?.position ?? 0;
  return {
    first,
    last,
    count: lineCount,
    after,
    before: after > 0 ? Math.max(0, after - linesPerPage) : undefined,
    next: last > 0 && last < lineCount ? last : undefined,
    open: working?.line.position,
  };
}

function codeOf(invoice: InvoiceDetail, payee: BankAccount | undefined): string | null {
  if (!payee?.iban) return null;
  return transferCode({
    payee: payee.accountHolder,
    iban: payee.iban,
    bic: payee.bic,
    amount: invoice.openAmount,
    currency: invoice.currency,
    reference: invoice.number!,
  });
}

/** A count from the address; anything else is as if it were not there. */
function wholeNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
