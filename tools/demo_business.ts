/** Sets the demo's fleet business up, imports what it drove and bills it, by the commands that people use. */
import type { Database } from "../db/database.ts";
import { listContractsByReference } from "../db/queries/contract.ts";
import { findUserByEmail } from "../db/queries/user.ts";
import { listInvoices } from "../db/queries/invoice_list.ts";
import { demoQuarter, generateFleet, type SeedFleet } from "../db/seeds/fleet.ts";
import { seedGrants, seedTerms, seedWallets } from "../db/seeds/terms.ts";
import { correctedUsageLines, lateUsageLines, usageLines } from "../db/seeds/usage.ts";
import { withSystem } from "../db/system.ts";
import { withTenant } from "../db/tenant.ts";
import type { Role } from "../lib/auth/policy.ts";
import { redeemLink } from "../lib/auth/links.ts";
import { pauseContract } from "../lib/contracts/amendments/commands.ts";
import { createContract } from "../lib/contracts/commands.ts";
import { agreeTerm } from "../lib/contracts/terms/commands.ts";
import { type Actor, capabilities } from "../lib/core/actor.ts";
import { FixedClock, systemClock } from "../lib/core/clock.ts";
import { type Command, type Environment, execute, type Json } from "../lib/core/command.ts";
import { minorUnits, parseCurrencyCode } from "../lib/core/currency.ts";
import { formatScaled } from "../lib/core/decimal.ts";
import type { Secrets } from "../lib/core/secrets.ts";
import { createCustomer } from "../lib/customers/commands.ts";
import { findMapping } from "../lib/imports/saved_mappings.ts";
import { approveRun, prepareRun } from "../lib/invoicing/run/commands.ts";
import { recordPayment } from "../lib/payments/commands.ts";
import { grantWalletMoney, payIntoWallet } from "../lib/payments/wallet/commands.ts";
import { createPriceIndex, recordIndexValues } from "../lib/indexes/commands.ts";
import { createRatePlan } from "../lib/plans/commands.ts";
import { createBillingEntity } from "../lib/tenants/commands.ts";
import { addTaxRegistration } from "../lib/tenants/tax_registrations.ts";
import { createTenant } from "../lib/tenants/create_tenant.ts";
import { actorOfMember, addMember, makeMemberLink } from "../lib/tenants/members.ts";
import { listBillingEntities } from "../lib/tenants/views.ts";
import { importUsageFile } from "../lib/usage/import_file.ts";
import { createVehicle } from "../lib/vehicles/commands.ts";
import { driveRun } from "./run_month.ts";

/** Everyone knows it, so these people exist in a database of the demo alone. */
export const demoPassword = "milepost-demo";

export const demoPeople: readonly { email: string; roles: Role[] }[] = [
  { email: "admin@demo.test", roles: ["admin"] },
  { email: "biller@demo.test", roles: ["biller"] },
  { email: "approver@demo.test", roles: ["approver"] },
  { email: "viewer@demo.test", roles: ["viewer"] },
];

const seed = 20_260_401;
const mostInvoicesOfADay = 200;
/** Commands on their way at a time. */
const width = 8;
const operator: Actor = { kind: "cli", id: "demo", name: "demo", capabilities: new Set(capabilities) };

/** Whether a set-up came to its end: its people get their passwords last. */
export async function isDemoComplete(database: Database): Promise<boolean> {
  const last = demoPeople[demoPeople.length - 1].email;
  const person = await withSystem(database, (db) => findUserByEmail(db, last), { readOnly: true });
  return person?.passwordHash !== null && person !== undefined;
}

/** Fills an empty database. Gives how long each part took, in seconds. */
export async function setUpDemo(
  database: Database,
  secrets: Secrets,
  say: (text: string) => void,
): Promise<{ setup: number; import: number; run: number }> {
  const clock = new FixedClock(systemClock.now());
  const environment: Environment = { database, clock, secrets, wake: () => {} };
  const today = systemClock.now().toZonedDateTimeISO("UTC").toPlainDate();
  const fleet = generateFleet(seed, demoQuarter(today));
  const watch = new Stopwatch();

  say("Setting up the business: 3 billing entities, 40 customers, 400 vehicles.");
  const { tenantId, linkPath } = await createTenant(environment, operator, {
    name: "Calder Fleet Services",
    adminEmail: demoPeople[0].email,
  });
  const demo = new DemoTenant(environment, tenantId);
  await demo.addPeople();
  await demo.addParties(fleet);
  const setup = watch.lap();

  say("Importing three months of trips, fuel, tolls and repairs.");
  await demo.importUsage(fleet);
  const imported = watch.lap();

  say("Billing three months.");
  await demo.bill(fleet, clock);
  const run = watch.lap();

  clock.moveTo(systemClock.now());
  await demo.amend(today);
  await demo.setPasswords(linkPath);
  const people = watch.lap();
  return { setup: Math.round((setup + people) * 1000) / 1000, import: imported, run };
}

/** Seconds since the last look, to the millisecond. */
class Stopwatch {
  #sinceMs = performance.now();

  lap(): number {
    const nowMs = performance.now();
    const seconds = Math.round(nowMs - this.#sinceMs) / 1000;
    this.#sinceMs = nowMs;
    return seconds;
  }
}

/** A tenant of the demo's kind, and what its people do. */
export class DemoTenant {
  readonly #environment: Environment;
  readonly #tenantId: string;

  constructor(environment: Environment, tenantId: string) {
    this.#environment = environment;
    this.#tenantId = tenantId;
  }

  #execute<Input, Result extends Json>(command: Command<Input, Result>, input: Input) {
    return execute(this.#environment, command, { tenantId: this.#tenantId, actor: operator }, input);
  }

  async addParties(fleet: SeedFleet): Promise<void> {
    const entities = await mapWide(fleet.entities, async (seed) => {
      const { prefix: numberPrefix, taxPercent: _, taxNumbers, ...entity } = seed;
      const { billingEntityId } = await this.#execute(createBillingEntity, { ...entity, numberPrefix });
      for (const taxNumber of taxNumbers) {
        await this.#execute(addTaxRegistration, { ...taxNumber, billingEntityId, fromDate: "2020-01-01" });
      }
      return [numberPrefix, billingEntityId] as const;
    });
    for (const { values, ...index } of fleet.indexes) {
      const { priceIndexId } = await this.#execute(createPriceIndex, index);
      await this.#execute(recordIndexValues, { priceIndexId, values });
    }
    const plans = await mapWide(fleet.plans, async (plan) => {
      const charges = plan.charges.map((charge) => ({
        ...charge,
        meter: charge.meter ?? null,
        proration: "day" as const,
      }));
      const created = await this.#execute(createRatePlan, { ...plan, charges });
      return [plan.reference, created.ratePlanVersionId] as const;
    });
    const customers = await mapWide(fleet.customers, async (customer) => {
      const created = await this.#execute(createCustomer, customer);
      return [customer.reference, created.customerId] as const;
    });
    const vehicles = await mapWide(fleet.vehicles, async (vehicle) => {
      const created = await this.#execute(createVehicle, vehicle);
      return [vehicle.reference, created.vehicleId] as const;
    });
    const [entityIds, planIds, customerIds, vehicleIds] = [entities, plans, customers, vehicles]
      .map((pairs) => new Map(pairs));
    const contracts = await mapWide(
      fleet.contracts,
      async ({ entity, plan, customer, vehicles, ...contract }) => {
        const { contractId } = await this.#execute(createContract, {
          ...contract,
          billingEntityId: entityIds.get(entity)!,
          ratePlanVersionId: planIds.get(plan)!,
          customerId: customerIds.get(customer)!,
          vehicles: vehicles.map(({ vehicle, ...stay }) => ({
            ...stay,
            vehicleId: vehicleIds.get(vehicle)!,
          })),
        });
        return [contract.reference, contractId] as const;
      },
    );
    const contractIds = new Map(contracts);
    await this.#payAhead(fleet, entityIds, customerIds);
    for (const { contract, ...term } of seedTerms(fleet)) {
      await this.#execute(agreeTerm, { ...term, contractId: contractIds.get(contract)! });
    }
  }

  /** Some customers have money in their wallets when the quarter begins. */
  async #payAhead(
    fleet: SeedFleet,
    entityIds: ReadonlyMap<string, string>,
    customerIds: ReadonlyMap<string, string>,
  ): Promise<void> {
    for (const { contract, entity, customer, currency, ...money } of seedWallets(fleet)) {
      const customerId = customerIds.get(customer)!, billingEntityId = entityIds.get(entity)!;
      await this.#execute(payIntoWallet, {
        ...money,
        customerId,
        billingEntityId,
        currency,
        reference: `Ahead for ${contract}`,
        receivedOn: fleet.start.toString(),
        method: "bank_transfer",
      });
    }
    for (const { contract: _, entity, customer, ...money } of seedGrants(fleet)) {
      const customerId = customerIds.get(customer)!, billingEntityId = entityIds.get(entity)!;
      await this.#execute(grantWalletMoney, { ...money, customerId, billingEntityId });
    }
  }

  async importUsage(fleet: SeedFleet): Promise<void> {
    await this.importLines("fleet-usage.csv", usageLines(fleet, seed));
  }

  /** Imports the lines of a file in the columns of the demo. */
  async importLines(fileName: string, lines: Iterable<string>): Promise<void> {
    const { failure } = await importUsageFile(this.#environment, {
      tenantId: this.#tenantId,
      actor: operator,
      mapping: findMapping("fleet-usage"),
      fileName,
      content: ReadableStream.from(chunksOf(lines)).pipeThrough(new TextEncoderStream()),
      bytesTotal: null,
    });
    if (failure) throw new Error(`The demo's own file was refused: ${failure}`);
  }

  /** Bills the three months, with what came late or was put right and the payments in between. */
  async bill(fleet: SeedFleet, clock: FixedClock): Promise<void> {
    for (const months of [1, 2, 3]) {
      const day = await this.billMonth(fleet.start.add({ months: months - 1 }), clock);
      if (months === 1) await this.importLines("fleet-usage-late.csv", lateUsageLines(fleet));
      if (months === 2) {
        await this.importLines("fleet-usage-corrected.csv", correctedUsageLines(fleet, seed));
      }
      if (months < 3) await this.#takePayments(day, clock);
    }
  }

  /**
   * Bills a month by a run for each entity on the second day of the next one: the biller prepares, the approver approves.
   * Gives that day.
   */
  async billMonth(firstDay: Temporal.PlainDate, clock: FixedClock): Promise<Temporal.PlainDate> {
    const { database } = this.#environment;
    const entities = await withTenant(database, this.#tenantId, listBillingEntities, { readOnly: true });
    const day = firstDay.add({ months: 1 }).with({ day: 2 });
    clock.moveTo(day.toZonedDateTime({ timeZone: "UTC", plainTime: "09:00" }).toInstant());
    for (const { id } of entities) await this.runMonth(id, firstDay.toString().slice(0, 7));
    return day;
  }

  /** One entity's run for a month such as `2024-01`, from its preview to its end. */
  async runMonth(billingEntityId: string, month: string): Promise<void> {
    const environment = this.#environment, tenantId = this.#tenantId;
    const [biller, approver] = await Promise.all(
      ["biller@demo.test", "approver@demo.test"].map((email) => actorOfMember(environment, tenantId, email)),
    );
    const prepared = { billingEntityId, month };
    const { runId } = await execute(environment, prepareRun, { tenantId, actor: biller }, prepared);
    const { run } = await driveRun(environment, tenantId, runId);
    const approval = { runId, resultHash: run.resultHash!.toHex() };
    await execute(environment, approveRun, { tenantId, actor: approver }, approval);
    await driveRun(environment, tenantId, runId);
  }

  /** What came in by the 20th for the invoices of one day: most pay in full, some a half, some nothing yet. */
  async #takePayments(issued: Temporal.PlainDate, clock: FixedClock): Promise<void> {
    const { database } = this.#environment;
    const day = issued.with({ day: 20 });
    clock.moveTo(day.toZonedDateTime({ timeZone: "UTC", plainTime: "15:00" }).toInstant());
    const filter = { status: "any", issuedFrom: issued, issuedTo: issued } as const;
    const invoices = await withTenant(
      database,
      this.#tenantId,
      (db) => listInvoices(db, filter, clock.now(), mostInvoicesOfADay),
      { readOnly: true },
    );
    const paying = invoices.toSorted((a, b) => a.number! < b.number! ? -1 : 1)
      .flatMap(({ id, number, openAmount, currency }, index) => {
        const amount = index % 7 === 3 ? openAmount / 2n : openAmount;
        return index % 5 === 4 || amount === 0n ? [] : [{ id, number, currency, amount }];
      });
    await mapWide(paying, ({ id, number, currency, amount }) =>
      this.#execute(recordPayment, {
        settles: { invoiceId: id },
        amount: formatScaled(amount, minorUnits(parseCurrencyCode(currency))),
        currency,
        receivedOn: day.toString(),
        method: "bank_transfer",
        reference: `Transfer for ${number}`,
      }));
  }

  /** A pause that is still to come, beside the vehicles that came and went. */
  async amend(today: Temporal.PlainDate): Promise<void> {
    const fromDate = today.with({ day: 1 }).add({ months: 1 });
    const [{ id }] = await withTenant(
      this.#environment.database,
      this.#tenantId,
      (db) => listContractsByReference(db, ["K-006"]),
      { readOnly: true },
    );
    await this.#execute(pauseContract, {
      contractId: id,
      fromDate: fromDate.toString(),
      untilDate: fromDate.add({ days: 14 }).toString(),
      reason: "The depot closes for two weeks",
    });
  }

  /** Those who prepare and approve, beside the admin who came with the tenant. */
  async addPeople(): Promise<void> {
    const asker = { tenantId: this.#tenantId, actor: operator };
    for (const { email, roles } of demoPeople.slice(1)) {
      await addMember(this.#environment, asker, { email, roles });
    }
  }

  /** Everyone comes in by a one-time link, as they would anywhere else. */
  async setPasswords(adminLinkPath: string): Promise<void> {
    const asker = { tenantId: this.#tenantId, actor: operator };
    for (const { email } of demoPeople) {
      const path = email === demoPeople[0].email
        ? adminLinkPath
        : await makeMemberLink(this.#environment, asker, email);
      const token = path.slice(path.lastIndexOf("/") + 1);
      await redeemLink(this.#environment, token, { password: demoPassword, userAgent: "demo" });
    }
  }
}

/** Several lines at a time: a stream of single lines would spend its time on waiting. */
function* chunksOf(lines: Iterable<string>): Generator<string> {
  let chunk = "";
  for (const line of lines) {
    chunk += `${line}\n`;
    if (chunk.length > 64_000) {
      yield chunk;
      chunk = "";
    }
  }
  if (chunk !== "") yield chunk;
}

/** Maps with a bounded number on the way; results stand in the order of the items. */
async function mapWide<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = items.entries();
  await Promise.all(Array.from({ length: width }, async () => {
    for (const [index, item] of waiting) results[index] = await work(item);
  }));
  return results;
}
