/** A fleet business of a chosen size, set up by the commands that people use, and files of what it drove. */
import { createContract } from "../../lib/contracts/commands.ts";
import { type Actor, capabilities } from "../../lib/core/actor.ts";
import { type Command, type Environment, execute, type Json } from "../../lib/core/command.ts";
import { createCustomer } from "../../lib/customers/commands.ts";
import { findMapping } from "../../lib/imports/saved_mappings.ts";
import { createRatePlan, type RatePlanInput } from "../../lib/plans/commands.ts";
import { createBillingEntity } from "../../lib/tenants/commands.ts";
import { addTaxRegistration } from "../../lib/tenants/tax_registrations.ts";
import { createTenant } from "../../lib/tenants/create_tenant.ts";
import { type ImportReport, importUsageFile } from "../../lib/usage/import_file.ts";
import { createVehicle } from "../../lib/vehicles/commands.ts";
import type { Database } from "../../db/database.ts";
import { mapWide } from "./outcome.ts";
import { environmentOf } from "../../tests/support/environment.ts";

const operator: Actor = { kind: "cli", id: "bench", name: "bench", capabilities: new Set(capabilities) };
/** The second person, who approves what the operator prepared. */
export const approver: Actor = { ...operator, id: "approver", name: "approver" };

/** The year in which the fleet begins. */
export const year = 2024;

export const header = "id,event,vehicle,at,km,cost,purpose";

export interface BenchContract {
  contractId: string;
  billingEntityId: string;
  vehicles: string[];
}

export class BenchFleet {
  readonly contracts: BenchContract[] = [];

  private constructor(readonly environment: Environment, readonly tenantId: string) {}

  /** Contracts stand on the entities in turn; every vehicle is on its contract from the first day of the year. */
  static async setUp(
    database: Database,
    size: { entities: number; contracts: number; vehiclesEach: number },
    charges: RatePlanInput["charges"],
  ): Promise<BenchFleet> {
    const environment = environmentOf(database);
    const { tenantId } = await createTenant(environment, operator, {
      name: "Calder Fleet Services",
      adminEmail: "amira@calder.example",
    });
    const fleet = new BenchFleet(environment, tenantId);
    await fleet.#add(size, charges);
    return fleet;
  }

  get vehicles(): string[] {
    return this.contracts.flatMap(({ vehicles }) => vehicles);
  }

  execute<Input, Result extends Json>(
    command: Command<Input, Result>,
    input: Input,
    actor = operator,
  ): Promise<Result> {
    return execute(this.environment, command, { tenantId: this.tenantId, actor }, input);
  }

  import(content: ReadableStream<Uint8Array>): Promise<ImportReport> {
    return importUsageFile(this.environment, {
      tenantId: this.tenantId,
      actor: operator,
      mapping: findMapping("fleet-usage"),
      fileName: "bench.csv",
      content,
      bytesTotal: null,
    });
  }

  async #add(
    { entities, contracts, vehiclesEach }: { entities: number; contracts: number; vehiclesEach: number },
    charges: RatePlanInput["charges"],
  ): Promise<void> {
    const plan = { reference: "bench", name: "Lease with mileage", currency: "GBP", charges };
    const { ratePlanVersionId } = await this.execute(createRatePlan, plan);
    const entityIds = await mapWide([...Array(entities).keys()], 8, async (index) => {
      const { billingEntityId } = await this.execute(createBillingEntity, {
        name: `Calder Fleet Services ${index + 1} Ltd`,
        addressLines: ["Unit 4, Saltworks Road", "Halifax HX3 9QT"],
        country: "GB",
        currency: "GBP",
        zone: "Europe/London",
        numberPrefix: `CFS${index + 1}`,
      });
      await this.execute(addTaxRegistration, {
        billingEntityId,
        country: "GB",
        kind: "vat",
        number: "GB 123 4567 89",
        fromDate: "2020-01-01",
      });
      return billingEntityId;
    });
    const added = await mapWide([...Array(contracts).keys()], 8, async (index) => {
      const billingEntityId = entityIds[index % entities];
      return await this.#addContract(index, billingEntityId, ratePlanVersionId, vehiclesEach);
    });
    this.contracts.push(...added);
  }

  async #addContract(
    index: number,
    billingEntityId: string,
    ratePlanVersionId: string,
    vehiclesEach: number,
  ): Promise<BenchContract> {
    const { customerId } = await this.execute(createCustomer, {
      reference: `C-${index}`,
      name: `Brightwater Facilities ${index}`,
      addressLines: ["18 Canal Wharf", "Leeds LS11 5PS"],
      country: "GB",
    });
    const startDate = `${year}-01-01`;
    const references = Array.from({ length: vehiclesEach }, (_, vehicle) => `V-${index}-${vehicle}`);
    const vehicles: { vehicleId: string; fromDate: string }[] = [];
    for (const reference of references) {
      const { vehicleId } = await this.execute(createVehicle, { reference, plate: `P ${reference}` });
      vehicles.push({ vehicleId, fromDate: startDate });
    }
    const { contractId } = await this.execute(createContract, {
      reference: `K-${index}`,
      customerId,
      billingEntityId,
      ratePlanVersionId,
      startDate,
      vehicles,
    });
    return { contractId, billingEntityId, vehicles: references };
  }
}

/** Trips as a fleet system exports them: by time, with ids of their own; `count` rows spread over the year. */
export function* tripLines(vehicles: readonly string[], count: number, edition: string): Generator<string> {
  yield header;
  const firstMs = Date.UTC(year, 0, 1, 4);
  const apartMs = Math.floor(360 * 86_400_000 / count);
  for (let number = 0; number < count; number++) {
    const vehicle = vehicles[(number * 7919) % vehicles.length];
    const at = new Date(firstMs + number * apartMs).toISOString().slice(0, 19);
    const tenths = 20 + (number * 104_729) % 900;
    const purpose = number % 10 === 0 ? "private" : "business";
    const id = `${edition}-${vehicle}-${number}`;
    yield `${id},trip,${vehicle},${at}Z,${Math.floor(tenths / 10)}.${tenths % 10},,${purpose}`;
  }
}

/** Lines as the stream of a file, in chunks as a disk or a socket gives them. */
export function streamOf(lines: Iterable<string>): ReadableStream<Uint8Array> {
  return ReadableStream.from(chunksOf(lines)).pipeThrough(new TextEncoderStream());
}

export function* chunksOf(lines: Iterable<string>): Generator<string> {
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
