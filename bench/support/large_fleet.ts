/** Many contracts and what their vehicles did, written by the superuser in a few statements: set-up that takes no minutes. */
import type postgres from "postgres";
import { charges, vehiclesEach } from "./ten_lines.ts";
import type { BenchDatabase } from "./database.ts";
import { BenchFleet, year } from "./fleet.ts";

/** Of each vehicle in a month: three trips, one tank and one toll. */
export const eventsEach = vehiclesEach * 5;

export class LargeFleet {
  readonly #admin: postgres.Sql;
  #contracts = 0;

  private constructor(readonly fleet: BenchFleet, readonly billingEntityId: string, admin: postgres.Sql) {
    this.#admin = admin;
  }

  /** The business and its plan, by the commands that people use; no contract yet. */
  static async setUp({ database, admin }: BenchDatabase): Promise<LargeFleet> {
    const fleet = await BenchFleet.setUp(database, { entities: 1, contracts: 0, vehiclesEach: 0 }, charges);
    const [{ id }] = await admin<{ id: string }[]>`
      select id from billing_entity where tenant_id = ${fleet.tenantId}`;
    return new LargeFleet(fleet, id, admin);
  }

  get contracts(): number {
    return this.#contracts;
  }

  /** Adds contracts until there are `contracts`; each has a customer and vehicles of its own from the first day of the year. */
  async growTo(contracts: number): Promise<void> {
    const numbers = [this.#contracts + 1, contracts];
    const tenant = this.fleet.tenantId;
    await this.#admin`
      insert into customer (tenant_id, reference, name, address_lines, country)
      select ${tenant}, 'C-' || n, 'Brightwater Facilities ' || n, array['18 Canal Wharf', 'Leeds LS11 5PS'], 'GB'
      from generate_series(${numbers[0]}::int, ${numbers[1]}::int) as n`;
    await this.#admin`
      insert into vehicle (tenant_id, reference, plate)
      select ${tenant}, concat_ws('-', 'V', n, v), concat_ws(' ', 'P', n, v)
      from generate_series(${numbers[0]}::int, ${
      numbers[1]
    }::int) as n, generate_series(1, ${vehiclesEach}::int) as v`;
    await this.#admin`
      insert into contract (tenant_id, reference, customer_id, billing_entity_id, rate_plan_version_id, start_date)
      select c.tenant_id, 'K-' || lpad(n::text, 6, '0'), c.id, ${this.billingEntityId}, version.id,
        make_date(${year}::int, 1, 1)
      from generate_series(${numbers[0]}::int, ${numbers[1]}::int) as n
      join customer c on c.tenant_id = ${tenant} and c.reference = 'C-' || n
      join rate_plan_version version on version.tenant_id = c.tenant_id`;
    await this.#admin`
      insert into contract_vehicle (tenant_id, contract_id, vehicle_id, from_date)
      select k.tenant_id, k.id, vehicle.id, k.start_date
      from generate_series(${numbers[0]}::int, ${numbers[1]}::int) as n
      cross join generate_series(1, ${vehiclesEach}::int) as v
      join contract k on k.tenant_id = ${tenant} and k.reference = 'K-' || lpad(n::text, 6, '0')
      join vehicle on vehicle.tenant_id = k.tenant_id and vehicle.reference = concat_ws('-', 'V', n, v)`;
    this.#contracts = contracts;
  }

  /** What all vehicles did in a month of the year, `eventsEach` of each contract. */
  async drive(month: number): Promise<void> {
    await this.#admin`
      insert into usage_event (tenant_id, source, event_id, event, vehicle_id, at, properties, content_hash)
      select v.tenant_id, 'bench', v.reference || '-' || ${month}::int || '-' || n,
        case n when 4 then 'fuel' when 5 then 'toll' else 'trip' end, v.id,
        make_timestamptz(${year}::int, ${month}::int, n * 5, 9, 0, 0, 'UTC'),
        case n when 4 then '{"cost": "64.20"}' when 5 then '{"cost": "4.30"}'
          else jsonb_build_object('km', (60 + n * 7) || '.5', 'purpose', 'business') end,
        sha256(v.reference::bytea)
      from vehicle v, generate_series(1, 5) as n where v.tenant_id = ${this.fleet.tenantId}`;
    // Postgres plans for tables of some size, as it does for a business that has billed before.
    await this.#admin`vacuum analyze`;
  }
}
