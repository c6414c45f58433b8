/** JSON as a type, and one canonical text for each value, so that equal inputs have equal hashes. */

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json | undefined };

/**
 * The text of a value with the names in order and nothing left to chance (after RFC 8785, without its number format):
 * undefined members are left out, bigint is a decimal string, bytes are lower-case hex, and what has `toJSON` (Temporal, URL) says itself.
 * Throws a `TypeError` for what JSON cannot hold: functions, symbols, maps, sets, NaN.
 */
export function canonicalJson(value: unknown): string {
  if (value === null) return "null";
  switch (typeof value) {
    case "boolean":
    case "string":
      return JSON.stringify(value);
    case "bigint":
      return JSON.stringify(String(value));
    case "number":
      if (Number.isFinite(value)) return JSON.stringify(value);
      break;
    case "object":
      return canonicalObject(value);
  }
  throw new TypeError(`${String(value)} (${typeof value}) cannot be written as JSON.`);
}

/** A value of the program as JSON, after `canonicalJson`. Throws a `TypeError` for what JSON cannot hold. */
export function jsonOf(value: unknown): Json {
  return JSON.parse(canonicalJson(value));
}

function canonicalObject(value: object): string {
  if ("toJSON" in value && typeof value.toJSON === "function") return canonicalJson(value.toJSON());
  if (value instanceof Uint8Array) return JSON.stringify(value.toHex());
  if (Array.isArray(value)) {
    return `[${value.map((item) => item === undefined ? "null" : canonicalJson(item)).join(",")}]`;
  }
  if (value instanceof Map || value instanceof Set) {
    throw new TypeError("A map or a set cannot be written as JSON. Use an object or an array.");
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([left], [right]) => left < right ? -1 : left > right ? 1 : 0);
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(",")}}`;
}
