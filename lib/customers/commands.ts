/** Setting customers up and changing them. */
import { insertCustomer, lockCustomer, type NewCustomer, setCustomer } from "../../db/queries/customer.ts";
import { defineCommand } from "../core/command.ts";
import { type MilepostError, milepostError, refuseField } from "../core/errors.ts";
import { isId } from "../core/ids.ts";
import { readAll, readCountry, readInteger, readLines, readOptionalText, readText } from "../core/input.ts";

export interface CustomerInput {
  /** The tenant's own name for the customer, unique. */
  reference: string;
  name: string;
  email?: string | null;
  /** At most 6, without name and country. */
  addressLines: readonly string[];
  country?: string | null;
  /** Days from issue to due date, 0 to 365; 30 if left out. */
  paymentTermsDays?: number;
}

export const createCustomer = defineCommand<CustomerInput, { customerId: string }>({
  name: "customer.create",
  capability: "customers.write",
  subject: (_input, { customerId }) => ({ type: "customer", id: customerId }),
  async run({ db, emit }, input) {
    const customer = readCustomer(input);
    const customerId = await insertCustomer(db, customer);
    if (customerId === undefined) throw referenceTaken(customer.reference);
    emit("customer.created", customerId, { reference: customer.reference });
    return { customerId };
  },
});

export interface CustomerChange extends CustomerInput {
  customerId: string;
  /** Of the customer as it was read, so that a change made meanwhile is not lost. */
  rowVersion: string;
}

/**
 * Invoices that are issued keep what they were issued with. Throws `NotFound`, `Conflict` when someone changed the customer
 * meanwhile, `AlreadyExists` for a reference in use, `InvalidInput`.
 */
export const updateCustomer = defineCommand<CustomerChange, { customerId: string }>({
  name: "customer.update",
  capability: "customers.write",
  subject: ({ customerId }) => ({ type: "customer", id: customerId }),
  async run({ db, emit }, input) {
    const { customerId, rowVersion } = input;
    const current = isId(customerId) ? await lockCustomer(db, customerId) : undefined;
    if (!current) {
      throw milepostError("NotFound", {
        message: "There is no such customer. Find it in the list of customers.",
        fields: [{ field: "customerId", value: customerId }],
      });
    }
    if (current.rowVersion !== rowVersion) {
      throw milepostError("Conflict", {
        message:
          "Someone changed this customer meanwhile. Compare the new values with yours, then save again.",
      });
    }
    const customer = readCustomer(input);
    if (!await setCustomer(db, customerId, customer)) throw referenceTaken(customer.reference);
    emit("customer.updated", customerId, { reference: customer.reference });
    return { customerId };
  },
});

function readCustomer(input: CustomerInput): NewCustomer {
  const { addressLines, country, paymentTermsDays = 30 } = input;
  return readAll<NewCustomer>({
    name: () => readText("name", input.name, "Brightwater Facilities Ltd"),
    reference: () => readText("reference", input.reference, "C-118", 100),
    email: () => readEmail(input.email),
    addressLines: () => readLines("addressLines", addressLines, "18 Canal Wharf", { most: 6, longest: 100 }),
    country: () => country ? readCountry("country", country) : null,
    paymentTermsDays: () => readInteger("paymentTermsDays", paymentTermsDays, 0, 365),
  });
}

function readEmail(value: string | null | undefined): string | null {
  const email = readOptionalText("email", value, "accounts@example.com");
  if (email === null || /^[^\s@]+@[^\s@]+$/.test(email)) return email;
  return refuseField("email", email, "Write an e-mail address with one @.", "accounts@example.com");
}

function referenceTaken(reference: string): MilepostError {
  const rule = `Another customer has the reference ${reference}. Choose another one.`;
  return milepostError("AlreadyExists", {
    message: rule,
    fields: [{ field: "reference", value: reference, rule }],
  });
}
