/** What the tax pages show: a business with a VAT number and a certificate, a place, and a rate that is still to come. */
import { type Environment, execute, type Execution } from "../../../lib/core/command.ts";
import { localDate } from "../../../lib/core/period.ts";
import {
  addExemptionCertificate,
  addTaxRate,
  setCustomerTax,
  setTaxPlace,
} from "../../../lib/tax/commands.ts";

/** Gives the ids of what it made. */
export async function seedTax(
  environment: Environment,
  asker: Execution,
  { customer, contract }: Record<string, string>,
): Promise<Record<string, string>> {
  const today = localDate(environment.clock.now(), "UTC");
  await execute(environment, setCustomerTax, asker, {
    customerId: customer,
    isBusiness: true,
    vatId: "GB 980 7806 84",
  });
  const { certificateId: certificate } = await execute(environment, addExemptionCertificate, asker, {
    customerId: customer,
    country: "FR",
    number: "77/2026",
    reasonCode: "VATEX-EU-151",
    reason: "Diplomatic mission, article 151",
    fromDate: today.toString(),
    lastDate: "",
  });
  await execute(environment, setTaxPlace, asker, {
    contractId: contract,
    country: "US",
    region: "TX/Harris/Houston",
    fromDate: today.toString(),
  });
  const rate = { country: "US", region: "TX", percent: "6.25" };
  await execute(environment, addTaxRate, asker, { ...rate, fromDate: "2020-01-01" });
  const { taxRateId } = await execute(environment, addTaxRate, asker, {
    ...rate,
    percent: "6.5",
    fromDate: today.add({ years: 1 }).toString(),
  });
  return { certificate, tax_rate: taxRateId };
}
