/** Steps of usage, on the caller's transaction. */
import { listContractIds } from "../../db/queries/contract.ts";
import { type ContractStay, listContractStays } from "../../db/queries/contract_vehicle.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { insertUsageCorrections, listKnownEvents } from "../../db/queries/usage_correction.ts";
import { insertUsageEvents, makeSendable } from "../../db/queries/usage_event.ts";
import { listVehicleIds } from "../../db/queries/vehicle.ts";
import { milepostError } from "../core/errors.ts";
import { startOfDay } from "../core/period.ts";
import { type PlacedCorrection, settleCorrections, type SettledCorrections } from "./corrections.ts";
import type { IdentifiedRow } from "./identity.ts";
import type { Stay, SubjectFacts } from "./subjects.ts";

/** Looks up the contracts and vehicles that the rows name. */
export async function findSubjectFacts(db: TenantDb, rows: readonly IdentifiedRow[]): Promise<SubjectFacts> {
  const named = { contract: new Set<string>(), vehicle: new Set<string>() };
  for (const row of rows) {
    if (!("event" in row)) continue;
    const { kind, reference } = row.event.subject;
    if (kind !== "corrected") named[kind].add(reference);
  }
  const [contracts, vehicles] = await Promise.all([
    named.contract.size === 0 ? new Map<string, string>() : listContractIds(db, [...named.contract]),
    named.vehicle.size === 0 ? new Map<string, string>() : listVehicleIds(db, [...named.vehicle]),
  ]);
  const stays = vehicles.size === 0 ? [] : await listContractStays(db, [...vehicles.values()]);
  const billable = Map.groupBy(stays, ({ vehicleId }) => vehicleId);
  const dayStart = rememberDayStarts();
  return {
    contracts,
    vehicles: new Map(
      [...vehicles].map(([reference, id]) => [
        reference,
        { id, stays: (billable.get(id) ?? []).map((stay) => billableStay(stay, dayStart)) },
      ]),
    ),
  };
}

/** A stay within the dates of its contract, as instants in the entity's zone. */
function billableStay(
  stay: ContractStay,
  dayStart: (date: Temporal.PlainDate, zone: string) => Temporal.Instant,
): Stay {
  const from = Temporal.PlainDate.compare(stay.from, stay.contractFrom) < 0 ? stay.contractFrom : stay.from;
  const ends = [stay.to, stay.contractTo].filter((date) => date !== null).toSorted(
    Temporal.PlainDate.compare,
  );
  return { from: dayStart(from, stay.zone), to: ends.length === 0 ? null : dayStart(ends[0], stay.zone) };
}

/** Most stays begin and end on the same few days, and a zone's calendar is slow to ask. */
function rememberDayStarts(): (date: Temporal.PlainDate, zone: string) => Temporal.Instant {
  const known = new Map<string, Temporal.Instant>();
  return (date, zone) => known.getOrInsertComputed(`${date} ${zone}`, () => startOfDay(date, zone));
}

/** Saves the corrections of a batch, after the events that they may be about. Throws `Conflict` if another writer was quicker. */
export async function saveCorrections(
  db: TenantDb,
  source: string,
  usageImportId: string,
  corrections: readonly PlacedCorrection[],
): Promise<SettledCorrections> {
  if (corrections.length === 0) return { added: [], duplicates: 0, setAside: [] };
  const ids = corrections.flatMap(({ id, corrects }) => [id, corrects]);
  const settled = settleCorrections(corrections, await listKnownEvents(db, source, ids));
  const { added } = settled;
  if (added.length === 0) return settled;
  const events = added.map(({ event }) => event);
  const saved = await insertUsageEvents(db, source, usageImportId, makeSendable(events));
  const noted = await insertUsageCorrections(
    db,
    source,
    added.map(({ event, corrects }) => ({ eventId: corrects, correctionId: event.id })),
  );
  if (saved !== added.length || noted !== added.length) throw milepostError("Conflict");
  return settled;
}
