/** Customers from a file: the columns that the export writes, and the command that takes their rows. */
import { insertCustomers, listCustomersByReference, type NewCustomer } from "../../db/queries/customer.ts";
import { defineCommand } from "../core/command.ts";
import type { RecordKind } from "../imports/import_records.ts";
import {
  describeBatch,
  inOrder,
  type RecordBatch,
  type RecordBatchResult,
  type RecordRules,
  requireWritten,
  takeRecords,
} from "../imports/record_batch.ts";
import type { RecordColumn, RecordRow } from "../imports/record_file.ts";
import { readCustomer } from "./customer_input.ts";

export const customerColumns: readonly RecordColumn<NewCustomer>[] = [
  {
    name: "reference",
    about: "reference",
    help: "Your own number for the customer.",
    example: "C-1042",
    required: true,
    value: ({ reference }) => reference,
  },
  {
    name: "name",
    about: "name",
    help: "As it stands on the invoice.",
    example: "Brightwater Facilities Ltd",
    required: true,
    value: ({ name }) => name,
  },
  {
    name: "email",
    about: "e-mail address",
    help: "Invoices go here.",
    example: "accounts@example.com",
    value: ({ email }) => email,
  },
  {
    name: "address",
    about: "address",
    help: "Up to 6 lines in one cell.",
    example: "18 Canal Wharf, Leeds",
    value: ({ addressLines }) => addressLines.join("\n"),
  },
  { name: "country", about: "country", help: "Two letters.", example: "GB", value: ({ country }) => country },
  {
    name: "language",
    about: "language",
    help: "Of invoices: en, de, fr, es or ja; that of the billing entity if empty.",
    example: "de-DE",
    value: ({ language }) => language,
  },
  {
    name: "payment_terms_days",
    about: "days to pay",
    help: "From issue to due date; 30 if empty.",
    example: "30",
    value: ({ paymentTermsDays }) => paymentTermsDays,
  },
  {
    name: "delivery",
    about: "way invoices go out",
    help: "email or by_hand; email if empty.",
    example: "email",
    value: ({ invoiceDelivery }) => invoiceDelivery,
  },
];

const columnOf = {
  addressLines: "address",
  paymentTermsDays: "payment_terms_days",
  invoiceDelivery: "delivery",
};

function readRow(values: RecordRow["values"]): NewCustomer {
  const days = values.payment_terms_days?.trim() ?? "";
  return readCustomer({
    reference: values.reference,
    name: values.name,
    email: values.email,
    addressLines: (values.address ?? "").split(/\r?\n/),
    country: values.country?.trim(),
    language: values.language,
    paymentTermsDays: days === "" ? undefined : /^\d+$/.test(days) ? Number(days) : NaN,
    invoiceDelivery: values.delivery,
  });
}

/** Adds the customers that are new. Throws `Conflict` where someone else adds one of them at the same moment. */
export const importCustomers = defineCommand<RecordBatch, RecordBatchResult>({
  name: "customer.import",
  capability: "customers.write",
  subject: ({ sha256 }) => ({ type: "customer_file", id: sha256 }),
  detail: describeBatch,
  run({ db, emit }, { rows }) {
    return takeRecords(rows, {
      async prepare(slice): Promise<RecordRules<NewCustomer>> {
        const references = slice.map(({ values }) => values.reference.trim());
        const there = await listCustomersByReference(db, references);
        return {
          noun: "customer",
          columns: customerColumns,
          columnOf,
          read: readRow,
          there: new Map(there.map((customer) => [customer.reference, customer])),
        };
      },
      async add(customers) {
        if (customers.length === 0) return;
        const ids = await insertCustomers(db, inOrder(customers));
        for (const { reference } of customers) {
          emit("customer.created", requireWritten(ids, reference), { reference });
        }
      },
    });
  },
});

export const customerFile: RecordKind = {
  form: { noun: "customer", nouns: "customers", file: "customers", columns: customerColumns, repeats: [] },
  command: importCustomers,
};
