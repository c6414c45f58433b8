/** The invoice as one file that opens in any browser: the paper with its styles in it, and nothing to load. */
import { renderToString } from "preact-render-to-string";
import { Document } from "../../../../components/layout/document.tsx";
import { finishPage } from "../../../../components/layout/finish_page.ts";
import type { ExplainedLine, InvoiceDetail } from "../../../../lib/invoicing/views.ts";
import type { AccountLine } from "../../../../lib/tenants/views.ts";
import { describePaper } from "./describe_paper.tsx";
import { InvoicePaper } from "./invoice_paper.tsx";

export interface InvoiceFile {
  fileName: string;
  mediaType: string;
  content: string;
}

export function invoiceFile(
  invoice: InvoiceDetail,
  workings: readonly ExplainedLine[],
  payee: readonly AccountLine[],
): InvoiceFile {
  const { number, seller } = invoice;
  const page = (
    <Document title={`Invoice ${number} – ${seller.name}`}>
      <main id="main" class="paper" data-running-foot={`${number}, ${seller.name}`}>
        <InvoicePaper {...describePaper(invoice, workings, payee)} />
      </main>
    </Document>
  );
  const { html } = finishPage(`<!DOCTYPE html>${renderToString(page)}`);
  return { fileName: `${number}.html`, mediaType: "text/html", content: html };
}
