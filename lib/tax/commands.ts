/** What people say for the tax rules: of customers, of where vehicles are handed over, and rates of their own. */
import { lockContract } from "../../db/queries/contract.ts";
import { type Customer, lockCustomer } from "../../db/queries/customer.ts";
import {
  findCertificate,
  insertCertificate,
  insertTaxPlace,
  listCertificates,
  setCertificateEnd,
  setCustomerTax as storeCustomerTax,
} from "../../db/queries/customer_tax.ts";
import { deleteTaxRate, findTaxRate, insertTaxRate } from "../../db/queries/tax_rate.ts";
import { insertVatCheck } from "../../db/queries/vat_check.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { defineCommand } from "../core/command.ts";
import { isDecimal, Rational } from "../core/decimal.ts";
import { milepostError, refuseField } from "../core/errors.ts";
import { isId } from "../core/ids.ts";
import { readAll, readCountry, readDate, readText } from "../core/input.ts";
import { isAhead, noRate } from "./own_rate.ts";
import { isVatIdFault, readVatId, type VatId } from "./vat_id.ts";

export interface CustomerTaxInput {
  customerId: string;
  isBusiness: boolean;
  /** In any spelling; empty for none. */
  vatId: string;
}

/** Bills drafted from now on follow it. Throws `NotFound`, `IllegalTransition` for an erased customer, `InvalidInput`. */
export const setCustomerTax = defineCommand<CustomerTaxInput, { customerId: string }>({
  name: "customer_tax.set",
  capability: "customers.write",
  subject: ({ customerId }) => ({ type: "customer", id: customerId }),
  // The number of a sole trader is personal: the trail says that it changed, and not what to.
  detail: ({ isBusiness, vatId }) => ({ isBusiness, hasVatId: vatId.trim() !== "" }),
  async run({ db, now, emit }, { customerId, isBusiness, vatId }) {
    const customer = await requireCustomer(db, customerId);
    const read = readCustomerVatId(customer, isBusiness, vatId);
    await storeCustomerTax(db, customerId, {
      isBusiness,
      vatId: read?.number ?? null,
      vatIdCountry: read?.country ?? null,
    }, now);
    emit("customer.updated", customerId, { reference: customer.reference });
    return { customerId };
  },
});

async function requireCustomer(db: TenantDb, customerId: string): Promise<Customer> {
  const customer = isId(customerId) ? await lockCustomer(db, customerId) : undefined;
  if (!customer) {
    throw milepostError("NotFound", {
      message: "There is no such customer. Find it in the list of customers.",
      fields: [{ field: "customerId", value: customerId }],
    });
  }
  if (customer.erasedAt) {
    throw milepostError("IllegalTransition", { message: "This customer was erased and stays so." });
  }
  return customer;
}

/** A number shows a business of its own country only, so it must be that of the address. */
function readCustomerVatId({ country }: Customer, isBusiness: boolean, text: string): VatId | null {
  if (text.trim() === "") return null;
  const read = readVatId(readText("vatId", text, "DE136695976", 30), country);
  if (isVatIdFault(read)) refuseField("vatId", text, read.rule, read.example);
  if (!isBusiness) {
    refuseField("vatId", text, "A private person has no VAT number. Leave it empty, or choose a business.");
  }
  if (read.country === country) return read;
  const where = country === null
    ? "The customer’s address names no country"
    : `The customer’s address is in ${country}`;
  return refuseField("vatId", text, `This is a number of ${read.country}. ${where}. Correct one of the two.`);
}

export interface VatCheckInput {
  customerId: string;
  /** What was asked about; the customer may have another one by now. */
  vatId: string;
  status: "valid" | "invalid" | "unknown";
  consultationNumber: string | null;
}

/** Keeps what a tax office said. Bills drafted from now on follow it, and those that are there stay. Throws `NotFound`. */
export const recordVatCheck = defineCommand<VatCheckInput, { customerId: string }>({
  name: "vat_check.record",
  capability: "customers.write",
  subject: ({ customerId }) => ({ type: "customer", id: customerId }),
  detail: ({ status, consultationNumber }) => ({ status, consultationNumber }),
  async run({ db, now }, { customerId, vatId, status, consultationNumber }) {
    await requireCustomer(db, customerId);
    await insertVatCheck(db, { customerId, vatId, status, consultationNumber, checkedAt: now });
    return { customerId };
  },
});

export interface CertificateInput {
  customerId: string;
  /** Two letters: where it exempts. */
  country: string;
  number: string;
  /** A code of the list VATEX. */
  reasonCode: string;
  /** As it is printed. */
  reason: string;
  /** First and last day, YYYY-MM-DD; no last day if empty. */
  fromDate: string;
  lastDate: string;
}

/** Bills whose tax point lies within its days are exempt there. Throws `NotFound`, `IllegalTransition`, `AlreadyExists`, `InvalidInput`. */
export const addExemptionCertificate = defineCommand<CertificateInput, { certificateId: string }>({
  name: "exemption_certificate.add",
  capability: "customers.write",
  subject: ({ customerId }) => ({ type: "customer", id: customerId }),
  async run({ db }, { customerId, ...input }) {
    await requireCustomer(db, customerId);
    const { last, ...read } = readAll({
      country: () => readCountry("country", input.country),
      number: () => readText("number", input.number, "77/2026", 60),
      reasonCode: () => readReasonCode(input.reasonCode),
      reason: () => readText("reason", input.reason, "Diplomatic mission, article 151", 200),
      from: () => readDate("fromDate", input.fromDate),
      last: () => input.lastDate.trim() === "" ? null : readDate("lastDate", input.lastDate),
    });
    const to = last && last.add({ days: 1 });
    if (last && Temporal.PlainDate.compare(last, read.from) < 0) {
      refuseField("lastDate", input.lastDate, `It begins on ${read.from}. Name that day or a later one.`);
    }
    const isBefore = (day: Temporal.PlainDate, end: Temporal.PlainDate | null) =>
      end === null || Temporal.PlainDate.compare(day, end) < 0;
    const other = (await listCertificates(db, customerId)).find((one) =>
      one.country === read.country && isBefore(read.from, one.to) && isBefore(one.from, to) &&
      isBefore(one.from, one.to)
    );
    if (other) {
      const rule =
        `Certificate ${other.number} of ${other.country} holds on some of these days. End it first.`;
      throw milepostError("AlreadyExists", {
        message: rule,
        fields: [{ field: "fromDate", value: input.fromDate, rule }],
      });
    }
    return { certificateId: await insertCertificate(db, { customerId, ...read, to }) };
  },
});

/** The list grows, so its form is what is checked (CEF, "VATEX code list"). */
function readReasonCode(text: string): string {
  const code = text.trim().toUpperCase();
  if (/^VATEX-[A-Z]{2}-[A-Z0-9]+(-[A-Z0-9]+)*$/.test(code) && code.length <= 40) return code;
  return refuseField("reasonCode", text, "Use a code of the list VATEX.", "VATEX-EU-151");
}

/** Ends a certificate: the first day without it is its first day where it never held. Throws `NotFound`, `InvalidInput`. */
export const endExemptionCertificate = defineCommand<
  { certificateId: string; toDate: string },
  { customerId: string }
>({
  name: "exemption_certificate.end",
  capability: "customers.write",
  subject: (_input, { customerId }) => ({ type: "customer", id: customerId }),
  async run({ db }, { certificateId, toDate }) {
    const found = isId(certificateId) ? await findCertificate(db, certificateId) : undefined;
    if (!found) {
      throw milepostError("NotFound", {
        message: "There is no such certificate. Find it on the tax page of its customer.",
        fields: [{ field: "certificateId", value: certificateId }],
      });
    }
    await requireCustomer(db, found.customerId);
    const to = readDate("toDate", toDate);
    if (Temporal.PlainDate.compare(to, found.from) < 0) {
      refuseField("toDate", toDate, `It begins on ${found.from}. Name that day or a later one.`);
    }
    if (found.to && Temporal.PlainDate.compare(to, found.to) > 0) {
      refuseField("toDate", toDate, `It ends on ${found.to}. Add a new certificate for later days.`);
    }
    await setCertificateEnd(db, certificateId, to);
    return { customerId: found.customerId };
  },
});

export interface TaxPlaceInput {
  contractId: string;
  country: string;
  /** A part of the country with rates of its own; empty for the whole. */
  region: string;
  fromDate: string;
}

/** Where the vehicles of a contract are handed over from a day on; bills that are there stay. Throws `NotFound`, `InvalidInput`. */
export const setTaxPlace = defineCommand<TaxPlaceInput, { contractId: string }>({
  name: "tax_place.set",
  capability: "contracts.write",
  subject: ({ contractId }) => ({ type: "contract", id: contractId }),
  async run({ db }, { contractId, ...input }) {
    if (!isId(contractId) || !await lockContract(db, contractId)) {
      throw milepostError("NotFound", {
        message: "There is no such contract. Choose one from the list of contracts.",
        fields: [{ field: "contractId", value: contractId }],
      });
    }
    const place = readAll({
      country: () => readCountry("country", input.country),
      region: () => readRegion(input.region),
      from: () => readDate("fromDate", input.fromDate),
    });
    await insertTaxPlace(db, contractId, place);
    return { contractId };
  },
});

export interface TaxRateInput {
  country: string;
  region: string;
  /** A decimal text, 0 to 100. */
  percent: string;
  fromDate: string;
}

/** Adds a rate of one's own; a later one follows it. Throws `AlreadyExists` for a second one of a place and day, `InvalidInput`. */
export const addTaxRate = defineCommand<TaxRateInput, { taxRateId: string }>({
  name: "tax_rate.add",
  capability: "entities.write",
  subject: (_input, { taxRateId }) => ({ type: "tax_rate", id: taxRateId }),
  async run({ db }, input) {
    const rate = readAll({
      country: () => readCountry("country", input.country),
      region: () => readRegion(input.region),
      percent: () => readPercent(input.percent),
      from: () => readDate("fromDate", input.fromDate),
    });
    const taxRateId = await insertTaxRate(db, rate);
    if (taxRateId === undefined) {
      const rule = `There is already a rate for this place from ${rate.from} on. Choose another first day.`;
      throw milepostError("AlreadyExists", {
        message: rule,
        fields: [{ field: "fromDate", value: input.fromDate, rule }],
      });
    }
    return { taxRateId };
  },
});

/** Takes out a rate whose first day is still to come. Throws `NotFound`, `IllegalTransition` for one that may be in use. */
export const removeTaxRate = defineCommand<{ taxRateId: string }, { taxRateId: string }>({
  name: "tax_rate.remove",
  capability: "entities.write",
  subject: ({ taxRateId }) => ({ type: "tax_rate", id: taxRateId }),
  async run({ db, now }, { taxRateId }) {
    const rate = isId(taxRateId) ? await findTaxRate(db, taxRateId) : undefined;
    if (!rate) throw noRate(taxRateId);
    if (!isAhead(rate, now)) {
      throw milepostError("IllegalTransition", {
        message:
          `This rate holds since ${rate.from}, and bills may rest on it. Add a rate from a later day instead.`,
      });
    }
    await deleteTaxRate(db, taxRateId);
    return { taxRateId };
  },
});

function readPercent(text: string): string {
  const percent = text.trim();
  if (isDecimal(percent)) {
    const read = Rational.parse(percent);
    if (!read.isNegative && read.compare(Rational.of(100n)) <= 0) return read.toDecimal();
  }
  return refuseField("percent", text, "Use a number from 0 to 100, with a point.", "8.25");
}

/** Levels are parted by a slash, the widest first. */
function readRegion(text: string): string | null {
  if (text.trim() === "") return null;
  const region = readText("region", text, "TX/Harris", 80);
  const levels = region.split("/").map((level) => level.trim());
  if (levels.length <= 4 && levels.every((level) => level !== "")) return levels.join("/");
  return refuseField(
    "region",
    text,
    "Write the state, then a slash and the county, the city.",
    "TX/Harris/Houston",
  );
}
