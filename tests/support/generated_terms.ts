/** Generated terms around charges: tax at several rates, commitment, discounts and credit, as the contract allows them. */
import fc from "fast-check";
import { number, optional } from "./generated_numbers.ts";
import type { CaseInput } from "./price_case.ts";

interface Rate {
  readonly id?: string;
  readonly category: string;
  readonly percent: string;
}

const percents = fc.constantFrom("8.25", "19", "0.1", "23.33", "100", "0");
const S = percents.map((percent): Rate => ({ category: "S", percent }));
const Z: Rate = { category: "Z", percent: "0" };
const E: Rate = { category: "E", percent: "0" };

/** None, one, several categories, several rates of one category, and the category that stands alone. */
const rates: fc.Arbitrary<readonly Rate[]> = fc.oneof(
  fc.constant([]),
  S.map((rate) => [rate]),
  S.map((rate) => [rate, Z]),
  S.map((rate) => [Z, rate, E]),
  S.map((rate) => [{ id: "full", ...rate }, { id: "low", category: "S", percent: "5.5" }, Z]),
  fc.constant([{ category: "O", percent: "0" }]),
);

/** What says the rate: its id, else its category, else nothing where there is only one. */
const treatment = (list: readonly Rate[]): fc.Arbitrary<CaseInput> => {
  if (list.length === 0) return fc.constant({});
  return fc.record({ rate: fc.constantFrom(...list), isSaid: fc.boolean() }).map(({ rate, isSaid }) => {
    const category = isSaid ? { taxCategory: rate.category } : {};
    if (rate.id !== undefined) return { ...category, taxRate: rate.id };
    return list.length === 1 ? category : { taxCategory: rate.category };
  });
};

/** The charges with their tax, and all that stands beside them. */
export function termsOf(charges: readonly CaseInput[]): fc.Arbitrary<CaseInput> {
  const some = optional(
    fc.subarray(charges.map(({ id }) => id as string), { minLength: 1 }),
  );
  const discount = fc.record({ percent: optional(number(0, 10_000)), amount: number(0, 50_000), some });
  const limit = optional(number(0, 90_000));
  return rates.chain((list) =>
    fc.record({
      treatments: fc.tuple(...charges.map(() => treatment(list))),
      inclusive: fc.boolean(),
      discounts: fc.array(discount, { maxLength: 3 }),
      limits: fc.tuple(limit, limit),
      committed: some,
      committedTax: treatment(list),
      credit: optional(number(0, 50_000, 3)),
    }).map(({ treatments, inclusive, discounts, limits, committed, committedTax, credit }): CaseInput => {
      const [minimum, cap] = limits.every((each) => each !== undefined)
        ? limits.toSorted((left, right) => Number(left) - Number(right))
        : limits;
      return {
        charges: charges.map((charge, index) => ({ ...charge, ...treatments[index] })),
        discounts: discounts.map(({ percent, amount, some }, index) => ({
          id: `d${index}`,
          ...(percent === undefined ? { amount } : { percent }),
          ...(some && { charges: some }),
        })),
        commitment: minimum === undefined && cap === undefined
          ? undefined
          : { minimum, cap, charges: committed, ...committedTax },
        credit,
        tax: list.length === 0 ? undefined : { inclusive, rates: list },
      };
    })
  );
}
