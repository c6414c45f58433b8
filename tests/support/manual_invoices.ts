/** Manual invoices for tests: written by their commands, as people do. */
import type { Actor } from "../../lib/core/actor.ts";
import { type Environment, execute } from "../../lib/core/command.ts";
import { createCustomer } from "../../lib/customers/commands.ts";
import {
  createManualInvoice,
  type ManualChange,
  type ManualSaved,
  saveManualInvoice,
} from "../../lib/invoicing/manual/commands.ts";
import { emptyLine, type TypedLine } from "../../lib/invoicing/manual/typed_line.ts";

/** A customer of this reference, who pays after 14 days. */
export async function insertTestCustomer(
  environment: Environment,
  execution: { tenantId: string; actor: Actor },
  reference: string,
): Promise<string> {
  const { customerId } = await execute(environment, createCustomer, execution, {
    reference,
    name: `${reference} Couriers`,
    addressLines: ["18 Canal Wharf", "Leeds LS11 5PS"],
    country: "GB",
    paymentTermsDays: 14,
  });
  return customerId;
}

/** A draft for a customer of this reference, at the entity of this number prefix, with these lines. */
export async function writeTestManual(
  environment: Environment,
  execution: { tenantId: string; actor: Actor },
  { customer, lines, entity = "CFS", ...terms }:
    & { customer: string; lines: readonly Partial<TypedLine>[]; entity?: string }
    & Partial<Omit<ManualChange, "lines">>,
): Promise<ManualSaved> {
  const draft = await execute(environment, createManualInvoice, execution, { customer, entity });
  return await execute(environment, saveManualInvoice, execution, {
    ...draft,
    supplyDate: "2024-05-31",
    paymentTermsDays: "14",
    taxInclusive: false,
    buyerReference: "",
    purchaseOrder: "",
    note: "",
    after: 0,
    replaced: 0,
    ...terms,
    lines: lines.map((line) => ({ ...emptyLine, ...line })),
  });
}
