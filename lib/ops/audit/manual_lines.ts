/** Every manual invoice reckoned again from its lines as they were typed, by the oracle's own arithmetic. */
import type { Breach, Finding } from "../../../db/queries/audit_checks.ts";
import { type AuditedManual, listAuditedManual } from "../../../db/queries/audit_manual.ts";
import type { SystemDb } from "../../../db/system.ts";
import { minorUnits, parseCurrencyCode } from "../../core/currency.ts";
import { divided, minus, nearest, plus, read, times, whole } from "./oracle/fraction.ts";

const invoicesAtOnce = 100;
const beforeAll = "00000000-0000-0000-0000-000000000000";

/** What comes out differently is a breach; `count` is the number of invoices. */
export async function recountManualInvoices(db: SystemDb): Promise<Finding> {
  const breaches: Breach[] = [];
  let count = 0;
  let last = { tenantId: beforeAll, id: beforeAll };
  for (;;) {
    const invoices = await listAuditedManual(db, last, invoicesAtOnce);
    breaches.push(...invoices.flatMap(differences));
    count += invoices.length;
    if (invoices.length < invoicesAtOnce) return { count, breaches };
    last = invoices.at(-1)!;
  }
}

function differences(invoice: AuditedManual): Breach[] {
  const about = { tenant: invoice.tenantId, invoice: invoice.number ?? `draft ${invoice.id}` };
  const { taxInclusive, rounding, typed, lines } = invoice;
  if (taxInclusive === null) return [{ ...about, what: "has neither a contract nor lines that were typed" }];
  const found: Breach[] = [];
  const note = (what: string, issued: unknown, derived: unknown) => {
    if (issued !== derived) found.push({ ...about, what, issued: String(issued), derived: String(derived) });
  };
  note("the parties as written", invoice.customerIsRight, true);
  note("lines", lines.length, typed.length);
  const scale = whole(10n ** BigInt(minorUnits(parseCurrencyCode(invoice.currency))));
  const hundred = whole(100);
  const sums = new Map<string, bigint>();
  let net = 0n;
  typed.forEach(({ description, quantity, unitPrice, discount, tax }, index) => {
    const share = divided(minus(hundred, read(discount)), hundred);
    const amount = nearest(times(times(times(read(quantity), read(unitPrice)), share), scale), rounding);
    const line = lines[index];
    const rate = tax === "" ? "" : `${tax.split(" ")[0]} ${Number(tax.split(" ")[1])}`;
    note(`description of line ${index + 1}`, line?.description, description);
    note(`amount of line ${index + 1}`, line?.amount, String(amount));
    note(`tax of line ${index + 1}`, line?.category ? `${line.category} ${Number(line.percent)}` : "", rate);
    if (rate !== "") sums.set(rate, (sums.get(rate) ?? 0n) + amount);
    net += amount;
  });
  let onTop = 0n;
  for (const [rate, sum] of sums) {
    const [category, percent] = rate.split(" ");
    const over = taxInclusive ? plus(hundred, read(percent)) : hundred;
    const amount = nearest(divided(times(whole(sum), read(percent)), over), rounding);
    const printed = invoice.taxes.find((tax) =>
      tax.category === category && Number(tax.percent) === Number(percent)
    );
    note(`base of ${rate}%`, printed?.base, String(taxInclusive ? sum - amount : sum));
    note(`tax of ${rate}%`, printed?.amount, String(amount));
    if (!taxInclusive) onTop += amount;
  }
  note("tax rates", invoice.taxes.length, sums.size);
  note("total", invoice.total, net + onTop);
  return found;
}
