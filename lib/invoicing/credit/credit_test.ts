/** Rule 8 as properties and as the figures that others publish: credits in any order and split come to the invoice to the cent. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Rational, roundToInteger } from "../../core/decimal.ts";
import { isMilepostError } from "../../core/errors.ts";
import {
  type CreditableInvoice,
  type CreditableLine,
  creditAmount,
  creditOf,
  type CreditPart,
  creditRest,
} from "./credit.ts";

interface LineInput {
  amount: bigint;
  percent: string | null;
}

/** An invoice with the tax that its lines come to. */
function invoiceOf(
  lines: readonly LineInput[],
  { taxInclusive = false, rounding = "half_up" as "half_up" | "half_even" } = {},
): CreditableInvoice {
  const bases = new Map<string, bigint>();
  for (const { amount, percent } of lines) {
    if (percent !== null) bases.set(percent, (bases.get(percent) ?? 0n) + amount);
  }
  return {
    number: "CFS-2024-0001",
    taxInclusive,
    rounding,
    lines: lines.map(({ amount, percent }, index) => ({
      id: `line ${index + 1}`,
      position: index + 1,
      amount,
      credited: 0n,
      taxCategory: percent === null ? null : "S",
      taxPercent: percent,
    })),
    taxes: [...bases].map(([percent, base]) => {
      const rate = Rational.parse(percent);
      const over = Rational.of(100n).add(taxInclusive ? rate : Rational.zero);
      return {
        category: "S",
        percent,
        amount: roundToInteger(Rational.of(base).multiply(rate).divide(over), rounding),
      };
    }),
  };
}

function after(invoice: CreditableInvoice, parts: readonly CreditPart[]): CreditableInvoice {
  const taken = new Map(parts.map(({ line, amount }) => [line.id, amount]));
  const lines = invoice.lines.map((line) => ({
    ...line,
    credited: line.credited + (taken.get(line.id) ?? 0n),
  }));
  return { ...invoice, lines };
}

const total = ({ lines, taxes, taxInclusive }: CreditableInvoice) =>
  lines.reduce((sum, { amount }) => sum + amount, 0n) +
  (taxInclusive ? 0n : taxes.reduce((sum, { amount }) => sum + amount, 0n));

/** Net, tax and total of one credit of an amount. */
function credited(amount: bigint, ...invoice: Parameters<typeof invoiceOf>): bigint[] {
  const whole = invoiceOf(...invoice);
  const { subtotal, taxTotal, total } = creditOf(whole, creditAmount(whole, amount));
  return [subtotal, taxTotal, total];
}

Deno.test("credit 29 of 30 days: 200.00 + 25 % → 193.33 + 48.33 = 241.66; the last day takes the rest", () => {
  assert.deepEqual(credited(19333n, [{ amount: 20000n, percent: "25" }]), [19333n, 4833n, 24166n]);
  const whole = invoiceOf([{ amount: 20000n, percent: "25" }]);
  const rest = after(whole, creditAmount(whole, 19333n));
  const { subtotal, taxTotal, total } = creditOf(rest, creditRest(rest));
  assert.deepEqual([subtotal, taxTotal, total], [667n, 167n, 834n]);
});

Deno.test("credit 29 of 30 days: 160.00 + 25 % → 154.67 + 38.67 = 193.34", () => {
  assert.deepEqual(credited(15467n, [{ amount: 16000n, percent: "25" }]), [15467n, 3867n, 19334n]);
});

Deno.test("credit 6 of 7 days: 29.99 weekly at 23.33 % → 25.71 + 6.00 = 31.71", () => {
  assert.deepEqual(credited(2571n, [{ amount: 2999n, percent: "23.33" }]), [2571n, 600n, 3171n]);
});

Deno.test("inclusive tax is taken out of what is credited, and all of it gives the invoice's tax back", () => {
  const whole = invoiceOf([{ amount: 35390n, percent: "19" }], { taxInclusive: true });
  const half = creditOf(whole, creditAmount(whole, 17695n));
  assert.deepEqual([half.total, half.taxTotal, half.taxes[0].base], [17695n, 2825n, 14870n]);
  const rest = after(whole, half.parts);
  assert.equal(creditOf(rest, creditRest(rest)).taxTotal + half.taxTotal, whole.taxes[0].amount);
});

const line: fc.Arbitrary<LineInput> = fc.record({
  amount: fc.oneof(fc.bigInt({ min: 1n, max: 300n }), fc.bigInt({ min: -40n, max: 99_999n })).filter((n) =>
    n !== 0n
  ),
  percent: fc.constantFrom(null, "25", "20", "8.875", "23.33", "0"),
});

const anyInvoice = fc.record({
  lines: fc.array(line, { minLength: 1, maxLength: 6 }),
  taxInclusive: fc.boolean(),
  rounding: fc.constantFrom("half_up" as const, "half_even" as const),
}).map(({ lines, ...terms }) => invoiceOf(lines, terms))
  // as an invoice is: above zero, each rate above zero
  .filter((invoice) =>
    total(invoice) > 0n && invoice.taxes.every(({ amount }) => amount >= 0n) &&
    [null, "25", "20", "8.875", "23.33", "0"].every((percent) =>
      invoice.lines.filter(({ taxPercent }) => taxPercent === percent)
        .reduce((sum, { amount }) => sum + amount, 0n) >= 0n
    )
  );

/** How one credit is chosen: a share of all that is left, or of single lines; in thousandths. */
const anyStep = fc.oneof(
  fc.record({ share: fc.integer({ min: 1, max: 1000 }) }),
  fc.record({ shares: fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 6, maxLength: 6 }) }),
);

/** The parts of a step, or none where it comes to nothing or is refused. */
function partsOf(invoice: CreditableInvoice, step: { share: number } | { shares: number[] }): CreditPart[] {
  const rest = creditRest(invoice);
  if ("shares" in step) {
    return rest.map(({ line, amount }) => ({
      line,
      amount: amount * BigInt(step.shares[line.position - 1]) / 1000n,
    }))
      .filter(({ amount }) => amount !== 0n);
  }
  const amount = rest.reduce((sum, part) => sum + part.amount, 0n) * BigInt(step.share) / 1000n;
  return amount > 0n ? creditAmount(invoice, amount) : [];
}

Deno.test("credit notes never total one cent more than the invoice: any order and split comes to it line by line and per rate", () => {
  fc.assert(
    fc.property(anyInvoice, fc.array(anyStep, { maxLength: 8 }), (invoice, steps) => {
      let now = invoice;
      const notes: ReturnType<typeof creditOf<CreditableLine>>[] = [];
      const take = (parts: CreditPart[]) => {
        notes.push(creditOf(now, parts));
        now = after(now, parts);
      };
      for (const step of steps) {
        try {
          const parts = partsOf(now, step);
          if (parts.length > 0) take(parts);
        } catch (error) {
          // lines that would leave a rest below zero are refused, and that is all right
          if (!isMilepostError(error, "InvalidInput")) throw error;
        }
        const soFar = notes.reduce((sum, note) => sum + note.total, 0n);
        assert.ok(soFar >= 0n && soFar <= total(invoice), `${soFar} of ${total(invoice)}`);
      }
      const rest = creditRest(now);
      if (rest.length > 0) take(rest);
      assert.equal(notes.reduce((sum, note) => sum + note.total, 0n), total(invoice));
      for (const { id, amount } of invoice.lines) {
        const parts = notes.flatMap((note) => note.parts.filter((part) => part.line.id === id));
        assert.equal(parts.reduce((sum, part) => sum + part.amount, 0n), amount);
        assert.ok(parts.every((part) => (part.amount > 0n) === (amount > 0n)));
      }
      for (const { percent, amount } of invoice.taxes) {
        const taxes = notes.flatMap((note) => note.taxes.filter((tax) => tax.percent === percent));
        assert.equal(taxes.reduce((sum, tax) => sum + tax.amount, 0n), amount);
        assert.ok(taxes.every((tax) => tax.amount >= 0n));
      }
    }),
    { numRuns: Deno.env.get("MILEPOST_TEST_DEEP") === "1" ? 100_000 : 2_000, seed: 20_240_603 },
  );
});

const refused = (work: () => unknown, words: RegExp) =>
  assert.throws(work, (error) => isMilepostError(error, "InvalidInput") && words.test(error.message));

Deno.test("more than is left of a line is refused, and so is a part that leaves only a discount behind", () => {
  const whole = invoiceOf([{ amount: 10000n, percent: "20" }, { amount: -2000n, percent: "20" }]);
  const [fee, discount] = whole.lines;
  refused(() => creditOf(whole, [{ line: fee, amount: 10001n }]), /Line 1 has less left/);
  refused(() => creditOf(whole, [{ line: discount, amount: 1n }]), /Line 2 has less left/);
  refused(() => creditOf(whole, [{ line: fee, amount: 9000n }]), /one tax rate/);
  refused(() => creditOf(whole, [{ line: fee, amount: 8000n }]), /some of its lines would stay/);
  refused(() => creditOf(whole, [{ line: discount, amount: -2000n }]), /one tax rate|nothing to credit/);
  refused(() => creditOf(whole, []), /nothing to credit/);
  assert.throws(() => creditAmount(whole, 8001n), (error) => isMilepostError(error, "InvalidInput"));
  assert.equal(creditOf(whole, creditAmount(whole, 4000n)).total, 4800n);
});
