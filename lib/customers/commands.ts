/** Setting customers up and changing them. */
import { insertCustomer, lockCustomer, setCustomer } from "../../db/queries/customer.ts";
import { defineCommand } from "../core/command.ts";
import { type MilepostError, milepostError } from "../core/errors.ts";
import { isId } from "../core/ids.ts";
import { type CustomerInput, readCustomer } from "./customer_input.ts";

export type { CustomerInput };

export const createCustomer = defineCommand<CustomerInput, { customerId: string }>({
  name: "customer.create",
  capability: "customers.write",
  subject: (_input, { customerId }) => ({ type: "customer", id: customerId }),
  detail: named,
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
  detail: named,
  async run({ db, emit }, input) {
    const { customerId, rowVersion } = input;
    const current = isId(customerId) ? await lockCustomer(db, customerId) : undefined;
    if (!current) {
      throw milepostError("NotFound", {
        message: "There is no such customer. Find it in the list of customers.",
        fields: [{ field: "customerId", value: customerId }],
      });
    }
    if (current.erasedAt) {
      throw milepostError("IllegalTransition", {
        message: "This customer was erased and stays so. Add a new one to bill again.",
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

/** The trail stays for ever, so it has the reference and not the name or the address. */
function named({ reference }: CustomerInput): { reference: string } {
  return { reference: reference.trim() };
}

function referenceTaken(reference: string): MilepostError {
  const rule = `Another customer has the reference ${reference}. Choose another one.`;
  return milepostError("AlreadyExists", {
    message: rule,
    fields: [{ field: "reference", value: reference, rule }],
  });
}
