/**
 * How Postgres values look in TypeScript: bigint for int8, exact strings for numeric, Temporal for dates and instants.
 * What would lose something on the way (a fraction in a float, a Date) is refused.
 */

interface ValueType {
  to: number;
  from: number[];
  serialize: (value: unknown) => unknown;
  parse: (text: string) => unknown;
}

type Serialize = (value: unknown) => string;
type Parse = (text: string) => unknown;

/** The types as postgres.js' `types` option takes them; numbers are Postgres' own type ids (pg_type.dat). */
export const valueTypes: Record<string, ValueType> = {
  ...pair(
    "bool",
    16,
    1000,
    (value) => typeof value === "boolean" ? (value ? "t" : "f") : String(value),
    (text) => text === "t",
  ),
  ...pair("bytea", 17, 1001, serializeBytes, parseBytes),
  ...pair("int8", 20, 1016, serializeInteger, BigInt),
  ...pair("int2", 21, 1005, serializeInteger, Number),
  ...pair("int4", 23, 1007, serializeInteger, Number),
  ...pair("text", 25, 1009, String, String),
  ...pair("varchar", 1043, 1015, String, String),
  ...pair("json", 114, 199, JSON.stringify, JSON.parse),
  ...pair("jsonb", 3802, 3807, JSON.stringify, JSON.parse),
  ...pair("float4", 700, 1021, String, Number),
  ...pair("float8", 701, 1022, String, Number),
  ...pair("numeric", 1700, 1231, serializeDecimal, String),
  ...pair("uuid", 2950, 2951, String, String),
  ...pair(
    "date",
    1082,
    1182,
    temporal("a date", Temporal.PlainDate),
    (text) => Temporal.PlainDate.from(text),
  ),
  ...pair(
    "time",
    1083,
    1183,
    temporal("a time", Temporal.PlainTime),
    (text) => Temporal.PlainTime.from(text),
  ),
  ...pair(
    "timestamp",
    1114,
    1115,
    temporal("a local date and time", Temporal.PlainDateTime),
    (text) => Temporal.PlainDateTime.from(text),
  ),
  ...pair(
    "timestamptz",
    1184,
    1185,
    temporal("an instant", Temporal.Instant),
    (text) => Temporal.Instant.from(text),
  ),
  ...pair("xid8", 5069, 271, String, String),
};

/** A type and its array type. */
function pair(
  name: string,
  id: number,
  arrayId: number,
  serialize: Serialize,
  parse: Parse,
): Record<string, ValueType> {
  return {
    [name]: { to: id, from: [id], serialize, parse },
    [`${name}_array`]: {
      to: arrayId,
      from: [arrayId],
      serialize: (value) => Array.isArray(value) ? serializeArray(value, serialize) : value,
      parse: (text) => parseArray(text, parse),
    },
  };
}

function serializeInteger(value: unknown): string {
  if (typeof value === "bigint" || Number.isSafeInteger(value)) return String(value);
  if (typeof value === "string" && /^-?\d+$/.test(value)) return value;
  throw new TypeError(`An integer column takes a bigint or a whole number, not ${shown(value)}.`);
}

function serializeDecimal(value: unknown): string {
  if (typeof value === "bigint" || Number.isSafeInteger(value)) return String(value);
  if (typeof value === "string") return value; // Postgres checks the digits.
  throw new TypeError(`A numeric column takes a decimal string, not ${shown(value)}: a float is not exact.`);
}

function serializeBytes(value: unknown): string {
  if (value instanceof Uint8Array) return `\\x${value.toHex()}`;
  throw new TypeError(`A bytea column takes a Uint8Array, not ${shown(value)}.`);
}

function parseBytes(text: string): Uint8Array {
  return Uint8Array.fromHex(text.slice(2));
}

/** Temporal and text pass (Postgres checks the text); a Date is refused, since it mixes dates and instants up. */
function temporal(
  what: string,
  type: abstract new (...values: never[]) => { toString(): string },
): Serialize {
  return (value) => {
    if (value instanceof type || typeof value === "string") return value.toString();
    throw new TypeError(`A column for ${what} takes a Temporal.${type.name}, not ${shown(value)}.`);
  };
}

function shown(value: unknown): string {
  return `${value instanceof Object ? value.constructor.name : typeof value} ${String(value).slice(0, 40)}`;
}

function serializeArray(values: unknown[], serialize: Serialize): string {
  const items = values.map((value) => {
    if (value === null) return "NULL";
    // A list inside a list of JSON values is one of the values, not another dimension.
    if (Array.isArray(value) && serialize !== JSON.stringify) return serializeArray(value, serialize);
    return `"${serialize(value).replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
  });
  return `{${items.join(",")}}`;
}

/** Reads Postgres' array text, e.g. `{1,NULL,"a \"quoted\" one"}`, nested to any depth. */
function parseArray(text: string, parse: Parse): unknown[] {
  let at = text.indexOf("{"); // Bounds other than 1 are written before it, and are dropped.
  function list(): unknown[] {
    const items: unknown[] = [];
    at++;
    while (text[at] !== "}") {
      items.push(text[at] === "{" ? list() : text[at] === '"' ? parse(quoted()) : bare());
      if (text[at] === ",") at++;
    }
    at++;
    return items;
  }
  function quoted(): string {
    let value = "";
    for (at++; text[at] !== '"'; at++) {
      if (text[at] === "\\") at++;
      value += text[at];
    }
    at++;
    return value;
  }
  function bare(): unknown {
    const start = at;
    while (text[at] !== "," && text[at] !== "}") at++;
    const value = text.slice(start, at);
    return value === "NULL" ? null : parse(value);
  }
  return list();
}
