/** What a change of a contract does to the money of the period in which it takes effect: the bill now beside the bill then. */
import { Notice } from "../../../../components/ui/notice.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { Table } from "../../../../components/ui/table.tsx";
import type { Effect } from "../../../../lib/contracts/amendments/commands.ts";
import { parseCurrencyCode } from "../../../../lib/core/currency.ts";
import { parseMoney } from "../../../../lib/core/money.ts";
import { showAmount, showDecimalAmount } from "../../invoices/(_components)/invoice_words.tsx";

/** The difference, as the one figure of the page; none where the bill cannot be worked out. */
export function effectFigure(effect: Effect): { label: string; value: string } | undefined {
  if ("problem" in effect) return undefined;
  const { period, currency, total } = effect;
  const code = parseCurrencyCode(currency);
  const difference = parseMoney(total.after, code).amount - parseMoney(total.before, code).amount;
  const sign = difference > 0n ? "+" : "";
  return { label: `Change of the bill for ${period}`, value: `${sign}${showAmount(difference, currency)}` };
}

export function EffectOnBill({ effect }: { effect: Effect }) {
  if ("problem" in effect) {
    return (
      <div class="mt-8">
        <Notice tone="warn">
          {`What this does to the bill cannot be worked out. ${effect.problem} You can still go on.`}
        </Notice>
      </div>
    );
  }
  const { period, isBilled, currency, charges, tax, total } = effect;
  const show = (amount: string) => showDecimalAmount(amount, currency);
  return (
    <Section id="effect" title={`The bill for ${period}`}>
      {isBilled && (
        <Notice tone="info">
          {`${period} is billed. The next run bills what is missing on the next invoice, and gives back what was ` +
            "too much by a credit note."}
        </Notice>
      )}
      <p class="mb-4 max-w-prose">
        Worked out with the usage that is known by now. Later bills follow the change as well.
      </p>
      <Table
        caption={`What ${period} comes to now and after the change`}
        captionHidden
        layout="paired"
        columns={[
          { label: "Charge", cell: ({ name }) => name },
          { label: "Now", cell: ({ before }) => show(before), figures: true },
          { label: "After", cell: ({ after }) => show(after), figures: true },
        ]}
        rows={charges}
        totals={[
          ...(tax ? [{ label: "Tax", values: [show(tax.before), show(tax.after)] }] : []),
          { label: "Total", values: [show(total.before), show(total.after)], kind: "grand" as const },
        ]}
      />
    </Section>
  );
}
