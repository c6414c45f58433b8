/** Steps of usage, on the caller's transaction. */
import { listContractIds } from "../../db/queries/contract.ts";
import { listBillableStays } from "../../db/queries/contract_vehicle.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { insertUsageCorrections, listKnownEvents } from "../../db/queries/usage_correction.ts";
import { insertUsageEvents, makeSendable } from "../../db/queries/usage_event.ts";
import { milepostError } from "../core/errors.ts";
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
  const [contracts, stays] = await Promise.all([
    named.contract.size === 0 ? new Map<string, string>() : listContractIds(db, [...named.contract]),
    named.vehicle.size === 0 ? [] : listBillableStays(db, [...named.vehicle]),
  ]);
  const vehicles = new Map<string, { id: string; stays: Stay[] }>();
  for (const { reference, vehicleId, from, to } of stays) {
    const vehicle = vehicles.get(reference) ?? { id: vehicleId, stays: [] };
    if (from !== null) vehicle.stays.push({ from, to });
    vehicles.set(reference, vehicle);
  }
  return { contracts, vehicles };
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
