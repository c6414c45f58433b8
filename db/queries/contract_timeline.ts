/** What became of a contract, as people read it: its amendments with who agreed them and why, and the days on which vehicles came and went. */
import type { AmendmentKind } from "../schema.ts";
import type { TenantDb } from "../tenant.ts";
import { userIdOf } from "./acting_user.ts";

export interface ShownAmendment {
  /** Counts up in the order in which they were agreed. */
  position: number;
  kind: AmendmentKind;
  /** First day on which it holds. */
  effectiveDate: Temporal.PlainDate;
  untilDate: Temporal.PlainDate | null;
  /** Of a plan change: what it leads to. */
  plan: string | null;
  version: number | null;
  reason: string;
  actor: string;
  actorName: string | null;
  at: Temporal.Instant;
}

/** The newest amendments of a contract by day, those of one day by the order in which they were agreed, the last one first. */
export async function listShownAmendments(
  db: TenantDb,
  contractId: string,
  limit: number,
): Promise<ShownAmendment[]> {
  return await db.query.selectFrom("contract_amendment as amendment")
    .leftJoin(
      "rate_plan_version as version",
      (join) =>
        join.onRef("version.tenant_id", "=", "amendment.tenant_id")
          .onRef("version.id", "=", "amendment.to_version_id"),
    )
    .leftJoin(
      "rate_plan as plan",
      (join) =>
        join.onRef("plan.tenant_id", "=", "version.tenant_id").onRef("plan.id", "=", "version.rate_plan_id"),
    )
    .leftJoin("user", (join) => join.on("user.id", "=", userIdOf("amendment.actor")))
    .select([
      "amendment.position",
      "amendment.kind",
      "amendment.effective_date as effectiveDate",
      "amendment.until_date as untilDate",
      "plan.name as plan",
      "version.version",
      "amendment.reason",
      "amendment.actor",
      "user.name as actorName",
      "amendment.created_at as at",
    ])
    .where("amendment.tenant_id", "=", db.tenantId).where("amendment.contract_id", "=", contractId)
    .orderBy("amendment.effective_date", "desc").orderBy("amendment.position", "desc")
    .limit(limit).execute();
}

/** Vehicles that come or go on one day. */
export interface VehicleDay {
  date: Temporal.PlainDate;
  kind: "on" | "off";
  count: number;
  /** The first ones by reference. */
  vehicles: string[];
}

/** The newest days on which vehicles came or went, the day of the contract's own start and end left out. */
export async function listVehicleDays(
  db: TenantDb,
  contractId: string,
  limit: number,
): Promise<VehicleDay[]> {
  return await db.sql<VehicleDay[]>`
    select date, kind, count(*)::int as count,
      (array_agg(reference order by reference))[1:3] as vehicles
    from (
      select stay.from_date as date, 'on' as kind, vehicle.reference, contract.start_date, contract.end_date
      from contract
      join contract_vehicle stay on stay.tenant_id = contract.tenant_id and stay.contract_id = contract.id
      join vehicle on vehicle.tenant_id = stay.tenant_id and vehicle.id = stay.vehicle_id
      where contract.tenant_id = ${db.tenantId} and contract.id = ${contractId}
      union all
      select stay.to_date, 'off', vehicle.reference, contract.start_date, contract.end_date
      from contract
      join contract_vehicle stay on stay.tenant_id = contract.tenant_id and stay.contract_id = contract.id
      join vehicle on vehicle.tenant_id = stay.tenant_id and vehicle.id = stay.vehicle_id
      where contract.tenant_id = ${db.tenantId} and contract.id = ${contractId} and stay.to_date is not null
    ) as move
    where date <> start_date and date is distinct from end_date
    group by date, kind
    order by date desc, kind desc
    limit ${limit}`;
}
