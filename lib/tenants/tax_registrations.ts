/** The tax registrations of a billing entity: added with their first day, ended with the first day without them. */
import { lockBillingEntity } from "../../db/queries/billing_entity.ts";
import {
  findTaxRegistration,
  insertTaxRegistrations,
  listTaxRegistrations,
  type NewTaxRegistration,
  setTaxRegistrationEnd,
} from "../../db/queries/tax_registration.ts";
import { defineCommand } from "../core/command.ts";
import { milepostError, refuseField } from "../core/errors.ts";
import { isId } from "../core/ids.ts";
import { readAll, readCountry, readDate, readText } from "../core/input.ts";
import { isTaxKind, type TaxKind, taxKinds, taxNumberFault } from "../core/tax_number.ts";

export interface TaxRegistrationInput {
  billingEntityId: string;
  /** Two letters. */
  country: string;
  /** A key of `taxKinds`. */
  kind: string;
  number: string;
  /** Its first day, YYYY-MM-DD. */
  fromDate: string;
}

/**
 * Adds a registration; invoices issued from its first day on print it. Throws `NotFound`, `AlreadyExists` where one of the
 * same country and kind holds on some of its days, `InvalidInput`.
 */
export const addTaxRegistration = defineCommand<TaxRegistrationInput, { taxRegistrationId: string }>({
  name: "tax_registration.add",
  capability: "entities.write",
  subject: ({ billingEntityId }) => ({ type: "billing_entity", id: billingEntityId }),
  async run({ db }, { billingEntityId, ...input }) {
    const entity = isId(billingEntityId) ? await lockBillingEntity(db, billingEntityId) : undefined;
    if (!entity) {
      throw milepostError("NotFound", {
        message: "There is no such billing entity. Find it in the list of them.",
        fields: [{ field: "billingEntityId", value: billingEntityId }],
      });
    }
    const registration = { billingEntityId, ...readTaxRegistration({ ...input, toDate: "" }) };
    requireNoOverlap(registration, await listTaxRegistrations(db, [billingEntityId]));
    const [taxRegistrationId] = await insertTaxRegistrations(db, [registration]);
    return { taxRegistrationId };
  },
});

export interface TaxRegistrationEnd {
  taxRegistrationId: string;
  /** The first day without it, YYYY-MM-DD: its first day for one that was added by mistake. */
  toDate: string;
}

/**
 * Ends a registration. Invoices that printed it keep it. Throws `NotFound`, `InvalidInput`, `AlreadyExists` where a later one
 * holds on one of the days.
 */
export const endTaxRegistration = defineCommand<TaxRegistrationEnd, { billingEntityId: string }>({
  name: "tax_registration.end",
  capability: "entities.write",
  subject: (_input, { billingEntityId }) => ({ type: "billing_entity", id: billingEntityId }),
  async run({ db }, { taxRegistrationId, toDate }) {
    const found = isId(taxRegistrationId) ? await findTaxRegistration(db, taxRegistrationId) : undefined;
    if (!found) throw noRegistration(taxRegistrationId);
    const { billingEntityId } = found;
    await lockBillingEntity(db, billingEntityId);
    const to = readDate("toDate", toDate);
    if (Temporal.PlainDate.compare(to, found.from) < 0) {
      refuseField("toDate", toDate, `It begins on ${found.from}. Name that day or a later one.`);
    }
    const others = (await listTaxRegistrations(db, [billingEntityId])).filter(({ id }) => id !== found.id);
    requireNoOverlap({ ...found, to }, others, "toDate");
    await setTaxRegistrationEnd(db, found.id, to);
    return { billingEntityId };
  },
});

/** A registration as values of a form or a file; throws `InvalidInput` with every field that is not allowed. */
export function readTaxRegistration(
  input: { country: string; kind: string; number: string; fromDate: string; toDate: string },
): Omit<NewTaxRegistration, "billingEntityId"> {
  const { country, kind, fromDate, toDate } = input;
  const read = readAll({
    country: () => readCountry("country", country),
    kind: () => readKind(kind),
    number: () => readText("number", input.number, "GB 123 4567 89", 60),
    from: () => readDate("fromDate", fromDate),
    to: () => toDate.trim() === "" ? null : readDate("toDate", toDate),
  });
  const fault = taxNumberFault(read);
  if (fault) refuseField("number", input.number, fault.rule, fault.example);
  if (read.to && Temporal.PlainDate.compare(read.to, read.from) < 0) {
    refuseField("toDate", toDate, `It begins on ${read.from}. Name that day or a later one.`);
  }
  return read;
}

function readKind(value: string): TaxKind {
  const kind = value.trim();
  return isTaxKind(kind)
    ? kind
    : refuseField("kind", value, `Use one of ${Object.keys(taxKinds).join(", ")}.`, "vat");
}

/** Refuses a registration that holds on a day of another one of the same country and kind. */
export function requireNoOverlap(
  registration: NewTaxRegistration,
  others: readonly NewTaxRegistration[],
  field: "fromDate" | "toDate" = "fromDate",
): void {
  const isBefore = (day: Temporal.PlainDate, end: Temporal.PlainDate | null) =>
    end === null || Temporal.PlainDate.compare(day, end) < 0;
  const { country, kind, from, to } = registration;
  const other = others.find((one) =>
    one.country === country && one.kind === kind && isBefore(from, one.to) && isBefore(one.from, to) &&
    isBefore(from, to)
  );
  if (!other) return;
  const until = other.to ? ` and ends before ${other.to}` : " and has no end";
  const rule = `${taxKinds[kind]} ${other.number} of ${country} holds on some of these days: it begins on ` +
    `${other.from}${until}. End it first, or choose other days.`;
  throw milepostError("AlreadyExists", {
    message: rule,
    fields: [{ field, value: String(field === "toDate" ? to : from), rule }],
  });
}

function noRegistration(id: string): Error {
  return milepostError("NotFound", {
    message: "There is no such tax registration, or it belongs to another company. Find it at its entity.",
    fields: [{ field: "taxRegistrationId", value: id }],
  });
}
