/** Discounts of a customer, which count for all its contracts: agreeing one, and ending it. */
import {
  findLastBilledStart,
  findTerm,
  insertTermEnd,
  insertTerms,
  lockContractsOfCustomer,
  type TermValues,
} from "../../../db/queries/contract_term.ts";
import { lockCustomer } from "../../../db/queries/customer.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import { defineCommand } from "../../core/command.ts";
import { isCurrencyCode } from "../../core/currency.ts";
import { milepostError, refuseField } from "../../core/errors.ts";
import { isId } from "../../core/ids.ts";
import { readAll, readDate, readText } from "../../core/input.ts";
import { showDate } from "../../pricing/words.ts";
import { readEnd } from "../contract_input.ts";
import { noTerm } from "./commands.ts";
import { readAmount, readPercent, readPeriods, requireOneOf } from "./term_input.ts";

export interface CustomerDiscountInput {
  customerId: string;
  /** As the invoice names it. */
  name: string;
  percent?: string;
  amount?: string;
  /** Of the amount; it counts for contracts in this currency. */
  currency?: string;
  fromDate: string;
  /** In place of `toDate`. */
  months?: string;
  toDate?: string;
}

export const agreeCustomerDiscount = defineCommand<CustomerDiscountInput, { termId: string }>({
  name: "customer.agree_discount",
  capability: "contracts.write",
  subject: ({ customerId }) => ({ type: "customer", id: customerId }),
  async run({ db, emit }, { customerId, ...draft }) {
    const lastBilled = await lockCustomerToChange(db, customerId);
    const { currency, ...term } = readCustomerDiscount(draft);
    requireUnbilledStart("fromDate", term.from, lastBilled);
    const [termId] = await insertTerms(db, [{ ...term, customerId, currency }]);
    emit("customer.discount_agreed", customerId, { name: term.name, from: `${term.from}` });
    return { termId };
  },
});

export interface EndCustomerDiscountInput {
  customerId: string;
  termId: string;
  /** The first day on which it no longer counts. */
  toDate: string;
}

export const endCustomerDiscount = defineCommand<EndCustomerDiscountInput, { termId: string }>({
  name: "customer.end_discount",
  capability: "contracts.write",
  subject: ({ customerId }) => ({ type: "customer", id: customerId }),
  async run({ db, emit }, { customerId, termId, toDate }) {
    const lastBilled = await lockCustomerToChange(db, customerId);
    const term = isId(termId) ? await findTerm(db, { customerId }, termId) : undefined;
    if (!term) throw noTerm(termId);
    const to = readDate("toDate", toDate);
    const { compare } = Temporal.PlainDate;
    if (compare(to, term.from) < 0) {
      const rule = `“${term.name}” begins on ${showDate(term.from)}. Choose that day or a later one.`;
      refuseField("toDate", toDate, rule, term.from.toString());
    }
    requireUnbilledStart("toDate", term.to !== null && compare(term.to, to) < 0 ? term.to : to, lastBilled);
    await insertTermEnd(db, termId, to);
    emit("customer.discount_ended", customerId, { name: term.name, to: `${to}` });
    return { termId };
  },
});

/** Locks a customer and its contracts, so that none is billed or made meanwhile. Throws `NotFound`. */
export async function lockCustomerToChange(
  db: TenantDb,
  customerId: string,
): Promise<Temporal.PlainDate | null> {
  const customer = isId(customerId) ? await lockCustomer(db, customerId) : undefined;
  if (!customer) {
    throw milepostError("NotFound", {
      message:
        "There is no such customer, or it belongs to another company. Find it in the list of customers.",
      fields: [{ field: "customerId", value: customerId }],
    });
  }
  await lockContractsOfCustomer(db, customerId);
  return await findLastBilledStart(db, customerId);
}

/** Refuses a day up to which a period has begun that is billed. */
export function requireUnbilledStart(
  field: string,
  day: Temporal.PlainDate,
  lastBilled: Temporal.PlainDate | null,
): void {
  if (lastBilled === null || Temporal.PlainDate.compare(lastBilled, day) < 0) return;
  const next = lastBilled.add({ days: 1 });
  const rule = `A period that begins on ${showDate(lastBilled)} is billed. Choose ${
    showDate(next)
  } or later.`;
  refuseField(field, `${day}`, rule, `${next}`);
}

function readCustomerDiscount(
  draft: Omit<CustomerDiscountInput, "customerId">,
): TermValues & { currency: string | null } {
  const code = draft.currency?.trim().toUpperCase() ?? "";
  const { months, ...values } = readAll({
    name: () => readText("name", draft.name, "Fleet discount", 100),
    percent: () => readPercent(draft.percent),
    amount: () => {
      if (!draft.amount?.trim()) return null;
      if (isCurrencyCode(code)) return readAmount("amount", draft.amount, code);
      return refuseField("currency", code, "Type the currency of the amount as three letters.", "GBP");
    },
    from: () => readDate("fromDate", draft.fromDate),
    months: () => readPeriods("months", draft.months),
  });
  requireOneOf(values);
  if (months !== null && draft.toDate?.trim()) {
    refuseField("months", `${months}`, "Type a number of months or an end, one of the two.");
  }
  return {
    ...values,
    kind: "discount",
    to: months === null ? readEnd("toDate", draft.toDate, values.from) : values.from.add({ months }),
    charges: null,
    minimum: null,
    cap: null,
    span: null,
    units: null,
    taxCategory: null,
    taxPercent: null,
    currency: values.amount === null ? null : code,
  };
}
