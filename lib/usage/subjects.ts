/** Finds out whose event it is: the contract that a row names, or the vehicle that it names and had a contract then. */
import type { MappedEvent } from "../imports/mapping.ts";

/** One stay of a vehicle on a contract, `[from, to)` as instants in the zone of the contract's billing entity. */
export interface Stay {
  from: Temporal.Instant;
  to: Temporal.Instant | null;
}

/** What the database knows of the references that rows name. */
export interface SubjectFacts {
  /** Ids of contracts by reference. */
  contracts: ReadonlyMap<string, string>;
  /** Ids and stays of vehicles by reference. */
  vehicles: ReadonlyMap<string, { id: string; stays: readonly Stay[] }>;
}

export type Subject = { contractId: string | null; vehicleId: string | null };

/** The subject of an event, or why it leads to no customer, as a sentence. */
export function findSubject(facts: SubjectFacts, { subject, at }: MappedEvent): Subject | string {
  if (subject.kind === "corrected") {
    throw new Error("A void takes its subject from the event that it takes out.");
  }
  if (subject.kind === "contract") {
    const contractId = facts.contracts.get(subject.reference);
    return contractId === undefined
      ? `There is no contract "${subject.reference}". Create it and upload the row again.`
      : { contractId, vehicleId: null };
  }
  const vehicle = facts.vehicles.get(subject.reference);
  if (!vehicle) return `There is no vehicle "${subject.reference}". Create it and upload the row again.`;
  const milliseconds = at.epochMilliseconds;
  const onContract = vehicle.stays.some(({ from, to }) =>
    from.epochMilliseconds <= milliseconds && (to === null || milliseconds < to.epochMilliseconds)
  );
  return onContract
    ? { contractId: null, vehicleId: vehicle.id }
    : `The vehicle "${subject.reference}" had no contract at that time. Assign it and upload the row again.`;
}
