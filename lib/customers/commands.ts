/** Setting customers up. */
import { insertCustomer } from "../../db/queries/customer.ts";
import { defineCommand } from "../core/command.ts";
import { milepostError, refuseField } from "../core/errors.ts";
import { readCountry, readInteger, readOptionalText, readText } from "../core/input.ts";

export interface CustomerInput {
  /** The tenant's own name for the customer, unique. */
  reference: string;
  name: string;
  email?: string | null;
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
    const reference = readText("reference", input.reference, "C-118", 100);
    const email = readOptionalText("email", input.email, "accounts@example.com");
    if (email !== null && !/^[^\s@]+@[^\s@]+$/.test(email)) {
      refuseField("email", email, "Write an e-mail address with one @.", "accounts@example.com");
    }
    const country = readOptionalText("country", input.country, "GB");
    const customerId = await insertCustomer(db, {
      reference,
      name: readText("name", input.name, "Brightwater Facilities Ltd"),
      email,
      addressLines: input.addressLines.map((line) => line.trim()).filter((line) => line !== ""),
      country: country === null ? null : readCountry("country", country),
      paymentTermsDays: readInteger("paymentTermsDays", input.paymentTermsDays ?? 30, 0, 365),
    });
    if (customerId === undefined) {
      const rule = `Another customer has the reference ${reference}. Choose another one.`;
      throw milepostError("AlreadyExists", {
        message: rule,
        fields: [{ field: "reference", value: reference, rule }],
      });
    }
    emit("customer.created", customerId, { reference });
    return { customerId };
  },
});
