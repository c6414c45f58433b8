/** Reads one usage event as programs send it: a JSON object whose numbers are decimal texts, as in a price case. */
import { isDecimal } from "../core/decimal.ts";
import { isStorable, storableRule } from "../core/stored_text.ts";
import { instantReader } from "../imports/instants.ts";
import { voidEvent, wholeRow, withCorrects } from "../imports/mapping.ts";
import type { IdentifiedRow } from "./identity.ts";

const readAt = instantReader({ form: "rfc3339" });
const longestText = 200;
const longestName = 100;
const mostProperties = 50;
/** What an event says of itself; every other field is a property of it. */
const ownFields = new Set(["id", "event", "at", "vehicle", "contract", "corrects"]);

interface Fault {
  column: string;
  value: string;
  reason: string;
}

/**
 * `{"id": "e1", "event": "trip", "vehicle": "V-0042", "at": "2024-01-12T10:00:00Z", "km": "12.4", "purpose": "business"}`;
 * `contract` instead of `vehicle` names a contract. `decimals` are the properties that plans count with. `line` counts
 * from 1. `corrects` names an event that this one replaces; `{"id": "c1", "event": "void", "at": …, "corrects": "e1"}` only takes
 * it out. What cannot be an event is set aside with the field, the value and what is allowed.
 */
export function readJsonEvent(value: unknown, line: number, decimals: ReadonlySet<string>): IdentifiedRow {
  const raw = JSON.stringify(value);
  const fault = (column: string, given: unknown, reason: string): IdentifiedRow => ({
    line,
    raw,
    quarantine: {
      column: shortName(column),
      value: typeof given === "string" ? given : JSON.stringify(given) ?? "",
      reason,
    },
  });
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return fault(wholeRow, value, 'An event is an object such as {"id": "e1", "event": "trip"}.');
  }
  const fields = value as Record<string, unknown>;
  const wrong = findFault(fields, decimals);
  if (wrong) return fault(wrong.column, wrong.value, wrong.reason);
  const { id, event, at, vehicle, contract, corrects } = fields as Record<string, string>;
  const instant = readAt(at);
  if (typeof instant === "string") return fault("at", at, instant);
  if (event === voidEvent) {
    const subject = { kind: "corrected" as const, reference: corrects };
    return { line, raw, event: { id, event, at: instant, subject, corrects, properties: { corrects } } };
  }
  const names = Object.keys(fields).filter((name) => !ownFields.has(name)).sort();
  return {
    line,
    raw,
    event: {
      id,
      event,
      at: instant,
      subject: contract === undefined
        ? { kind: "vehicle", reference: vehicle }
        : { kind: "contract", reference: contract },
      properties: propertiesOf(names.map((name) => [name, fields[name] as string]), corrects),
      ...(corrects === undefined ? {} : { corrects }),
    },
  };
}

/** Whoever sends a name may send any, of any length. */
function shortName(name: string): string {
  return name.length > longestName ? `${name.slice(0, longestName)}…` : name;
}

function propertiesOf(entries: [string, string][], corrects: string | undefined): Record<string, string> {
  const properties = Object.fromEntries(entries);
  return corrects === undefined ? properties : withCorrects(properties, corrects);
}

function findFault(fields: Record<string, unknown>, decimals: ReadonlySet<string>): Fault | undefined {
  for (const name of ["id", "event", "at"]) {
    if (fields[name] === undefined) return { column: name, value: "", reason: `Every event has "${name}".` };
  }
  if (fields.event === voidEvent) {
    if (fields.corrects === undefined) {
      return {
        column: "corrects",
        value: "",
        reason: 'A void has "corrects", the id of the event it takes out.',
      };
    }
    const other = Object.keys(fields).find((name) => !["id", "event", "at", "corrects"].includes(name));
    if (other !== undefined) {
      return { column: other, value: "", reason: "A void has id, event, at and corrects, and nothing else." };
    }
  } else if ((fields.vehicle === undefined) === (fields.contract === undefined)) {
    return {
      column: "vehicle",
      value: "",
      reason: 'Name either the "vehicle" or the "contract" by its reference.',
    };
  }
  const names = Object.keys(fields);
  if (names.length > mostProperties) {
    return { column: wholeRow, value: String(names.length), reason: `Use at most ${mostProperties} fields.` };
  }
  for (const name of names) {
    const value = fields[name];
    const reason = whyNot(name, value, decimals);
    if (reason) {
      return { column: name, value: typeof value === "string" ? value : JSON.stringify(value), reason };
    }
  }
  return undefined;
}

function whyNot(name: string, value: unknown, decimals: ReadonlySet<string>): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(name)) {
    return "Name a field with letters, digits and _, up to 63 of them.";
  }
  if (typeof value === "number") return `Write numbers as text, so that none is rounded: "${value}".`;
  if (typeof value !== "string") return "Use a text.";
  if (value.trim() === "" || value !== value.trim()) return "Use a text without spaces around it.";
  if (value.length > longestText) return `Use at most ${longestText} characters.`;
  if (!isStorable(value)) return `This is not text. ${storableRule}`;
  if (decimals.has(name) && !isDecimal(value)) {
    return 'Plans count with this field: write a decimal number such as "12.5", at most 12 decimals.';
  }
  return undefined;
}
