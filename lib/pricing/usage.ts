/** The usage events of a price case: who, what, when, and the facts a meter may look at. */
import { isDecimal, Rational } from "../core/decimal.ts";
import { localTimeIn, parseInstant } from "../core/local_time.ts";
import { type Faults, memberPath } from "./price_case_error.ts";
import { A_NAME, isName, type Reader } from "./reader.ts";

export interface UsageEvent {
  readonly id: string;
  readonly event: string;
  /** The vehicle, or null for usage of the contract as a whole. */
  readonly vehicle: string | null;
  /** Nanoseconds since 1970. */
  readonly at: bigint;
  /** The local date, in days since 1970. */
  readonly epochDay: number;
  /** Wall-clock time, in seconds after 00:00. */
  readonly secondOfDay: number;
  /** Every field as given, `id` and the others included. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Where the event stands in the price case. */
  readonly path: string;
}

/** An odometer that was replaced or set back is explained by an event of this name. */
export const ODOMETER_RESET = "odometer_reset";

/** Reads `usage`, each id once, in the order of time and, at the same instant, of ids. */
export function readUsage(reader: Reader, vehicles: ReadonlySet<string>, zone: string): UsageEvent[] {
  const { faults } = reader;
  const localTime = localTimeIn(zone);
  const events = new Map<string, UsageEvent>();
  if (!reader.isAbsent && !Array.isArray(reader.value)) reader.fault("a list […]");
  const items: unknown[] = Array.isArray(reader.value) ? reader.value : [];
  items.forEach((item, index) => {
    const path = `${reader.path}[${index}]`;
    const found = readEvent(item, path, faults, vehicles);
    if (found === null) return;
    const first = events.get(found.id);
    if (first === undefined) events.set(found.id, { ...found, ...localTime(found.at) });
    else if (!hasSameFields(first.fields, found.fields)) {
      faults.add(
        `${path}.id`,
        found.id,
        `one content per id; this id is also ${first.path}`,
        "has two contents",
      );
    }
  });
  return [...events.values()].sort(compareEvents);
}

/** The order of time; at the same instant, of ids. */
export function compareEvents(left: UsageEvent, right: UsageEvent): number {
  if (left.at !== right.at) return left.at < right.at ? -1 : 1;
  return left.id < right.id ? -1 : 1;
}

function readEvent(
  item: unknown,
  path: string,
  faults: Faults,
  vehicles: ReadonlySet<string>,
): Omit<UsageEvent, "epochDay" | "secondOfDay"> | null {
  if (typeof item !== "object" || item === null || Array.isArray(item)) {
    faults.add(path, item, 'an event { "id", "event", "at", … }');
    return null;
  }
  const fields = item as Record<string, unknown>;
  const faultsBefore = faults.count;
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    if (typeof value === "string" || typeof value === "boolean" || value === null) continue;
    const allowed = "a text, true, false or null; a number is decimal text in quotes";
    faults.add(memberPath(path, name), value, allowed);
  }
  for (const name of ["id", "event", "at"]) {
    if (!Object.hasOwn(fields, name)) {
      faults.add(`${path}.${name}`, undefined, "a value; every event has one");
    } else if (!isName(fields[name])) {
      faults.add(`${path}.${name}`, fields[name], A_NAME);
    }
  }
  if (faults.count > faultsBefore) return null;
  const { id, event, at: atText } = fields as Record<string, string>;
  const at = parseInstant(atText);
  if (at === null) {
    faults.add(
      `${path}.at`,
      atText,
      'an RFC 3339 instant with its offset, such as "2024-01-12T10:00:00-06:00"',
    );
  }
  const vehicle = Object.hasOwn(fields, "vehicle") ? fields.vehicle : null;
  if (vehicle !== null && (typeof vehicle !== "string" || !vehicles.has(vehicle))) {
    faults.add(`${path}.vehicle`, vehicle, 'the id of one of "vehicles"', "is an unknown vehicle");
  }
  if (at === null || faults.count > faultsBefore) return null;
  return { id, event, vehicle: vehicle as string | null, at, fields, path };
}

function hasSameFields(
  left: Readonly<Record<string, unknown>>,
  right: Readonly<Record<string, unknown>>,
): boolean {
  const names = Object.keys(left);
  return names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && left[name] === right[name]);
}

/** The field of an event as given; undefined if it is missing. Null counts as missing. */
export function fieldOf(event: UsageEvent, name: string): string | boolean | undefined {
  const value = Object.hasOwn(event.fields, name) ? event.fields[name] : undefined;
  return value === null ? undefined : value as string | boolean | undefined;
}

/** A field that must hold a number, because a meter or a price reads it (`needs` says which). Notes a fault if it does not. */
export function decimalField(event: UsageEvent, name: string, needs: string, faults: Faults): Rational {
  const value = fieldOf(event, name);
  if (typeof value === "string" && isDecimal(value)) return Rational.parse(value);
  faults.add(
    memberPath(event.path, name),
    value,
    `a decimal number in quotes such as "12.5"; ${needs} needs it`,
  );
  return Rational.zero;
}

/** A field that must hold an instant, in nanoseconds since 1970. Notes a fault if it does not. */
export function instantField(event: UsageEvent, name: string, needs: string, faults: Faults): bigint {
  const value = fieldOf(event, name);
  const instant = typeof value === "string" ? parseInstant(value) : null;
  if (instant !== null) return instant;
  const allowed = `an RFC 3339 instant such as "2024-01-12T10:00:00-06:00"; ${needs} needs it`;
  faults.add(memberPath(event.path, name), value, allowed);
  return 0n;
}
