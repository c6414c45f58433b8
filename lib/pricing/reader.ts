/** Reads one value of a price case after another, knows the JSON path of each, and notes what is wrong with it. */
import { DECIMAL_LENGTH_MAX, isDecimal, Rational } from "../core/decimal.ts";
import { type Faults, memberPath } from "./price_case_error.ts";

/** What a number may be: above a bound, or from a least value on, up to a greatest if there is one. */
export type DecimalLimits =
  | { readonly above: Rational }
  | { readonly least: Rational; readonly most?: Rational; readonly whole?: boolean };

/** Characters of an id, a name or a field: they come back in messages and traces, many times over. */
export const TEXT_LENGTH_MAX = 500;

export const NOT_NEGATIVE = { least: Rational.zero };
export const POSITIVE: DecimalLimits = { above: Rational.zero };
export const PERCENT: DecimalLimits = { least: Rational.zero, most: Rational.of(100n) };

/**
 * A value and where it stands. A faulty value is noted and replaced by a harmless one of the right type, so that all the
 * faults of a case are found at once; nothing is computed from a case with faults.
 */
export class Reader {
  readonly value: unknown;
  readonly path: string;
  readonly faults: Faults;

  constructor(value: unknown, path: string, faults: Faults) {
    this.value = value;
    this.path = path;
    this.faults = faults;
  }

  /** Whether the value is left out; null says the same. */
  get isAbsent(): boolean {
    return this.value === undefined || this.value === null;
  }

  fault(allowed: string, problem?: string): void {
    this.faults.add(this.path, this.value, allowed, problem);
  }

  /** The members of an object that may have these names and no others, and must have the required ones. */
  members<Name extends string>(
    required: readonly Name[],
    optional: readonly Name[] = [],
  ): (name: Name) => Reader {
    const object = this.#object();
    const names: readonly string[] = [...required, ...optional];
    for (const name of Object.keys(object)) {
      if (!names.includes(name)) {
        const path = memberPath(this.path, name);
        this.faults.add(path, object[name], names.join(", "), "is an unknown field");
      }
    }
    const read = (name: string) =>
      new Reader(
        Object.hasOwn(object, name) ? object[name] : undefined,
        memberPath(this.path, name),
        this.faults,
      );
    if (this.isObject) {
      for (const name of required) {
        const member = read(name);
        if (member.isAbsent) member.fault("a value; this field is required");
      }
    }
    return read;
  }

  /** One member that must be there, whatever the others are. */
  requiredMember(name: string): Reader {
    const object = this.#object();
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    const member = new Reader(value, memberPath(this.path, name), this.faults);
    if (member.isAbsent && this.isObject) member.fault("a value; this field is required");
    return member;
  }

  /** Every member of an object whose names are free, in order. */
  entries(): [string, Reader][] {
    return Object.entries(this.#object())
      .map(([name, value]) => [name, new Reader(value, memberPath(this.path, name), this.faults)]);
  }

  get isObject(): boolean {
    return typeof this.value === "object" && this.value !== null && !Array.isArray(this.value);
  }

  #object(): Record<string, unknown> {
    if (this.isObject) return this.value as Record<string, unknown>;
    if (!this.isAbsent) this.fault("an object {…}");
    return {};
  }

  /** The items of a list, none if it is left out; more than `most` are a fault, and none of them is read. */
  items(most = Infinity): Reader[] {
    if (this.isAbsent) return [];
    if (!Array.isArray(this.value)) {
      this.fault("a list […]");
      return [];
    }
    if (this.value.length > most) {
      this.fault(`at most ${most}`, "is too long");
      return [];
    }
    return this.value.map((item, index) => {
      const reader = new Reader(item, `${this.path}[${index}]`, this.faults);
      if (reader.isAbsent) reader.fault("a value; a list has no gaps");
      return reader;
    });
  }

  /** A text that is not empty and no longer than `TEXT_LENGTH_MAX`. */
  text(): string {
    if (isName(this.value)) return this.value;
    if (!this.isAbsent) this.fault(A_NAME);
    return "";
  }

  /** One of a few words. */
  choice<Choice extends string>(choices: readonly Choice[]): Choice {
    const found = choices.find((choice) => choice === this.value);
    if (found === undefined && !this.isAbsent) this.fault(choices.join(", "));
    return found ?? choices[0];
  }

  flag(): boolean {
    if (typeof this.value === "boolean") return this.value;
    if (!this.isAbsent) this.fault("true or false");
    return false;
  }

  /** A number, written as decimal text. */
  decimal(limits?: DecimalLimits): Rational {
    if (typeof this.value !== "string" || !isDecimal(this.value)) {
      if (!this.isAbsent) this.fault(A_DECIMAL);
      return Rational.one;
    }
    const number = Rational.parse(this.value);
    if (limits && isOutside(number, limits)) this.fault(describeLimits(limits));
    return number;
  }

  /** A number that may be left out. */
  optionalDecimal(limits?: DecimalLimits): Rational | null {
    return this.isAbsent ? null : this.decimal(limits);
  }

  /** A calendar date, `YYYY-MM-DD`. */
  date(): Temporal.PlainDate {
    if (typeof this.value === "string" && /^\d{4}-\d\d-\d\d$/.test(this.value)) {
      const [year, month, day] = this.value.split("-").map(Number);
      const date = Temporal.PlainDate.from({ year, month: Math.max(month, 1), day: Math.max(day, 1) });
      // A day that does not exist was moved to the last one that does.
      if (`${date}` === this.value) return date;
    }
    if (!this.isAbsent) this.fault('a date of the calendar such as "2024-01-31"');
    return new Temporal.PlainDate(1970, 1, 1);
  }
}

const A_DECIMAL = 'a decimal number in quotes such as "12.50", with at most 12 decimals and ' +
  `${DECIMAL_LENGTH_MAX} characters`;

/** What `isName` says yes to. */
export const A_NAME = `a text in quotes that is not empty, of at most ${TEXT_LENGTH_MAX} characters`;

/** Whether a value can be the id or the name of something. */
export function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= TEXT_LENGTH_MAX;
}

function isOutside(number: Rational, limits: DecimalLimits): boolean {
  if ("above" in limits) return number.compare(limits.above) <= 0;
  const { least, most, whole } = limits;
  return number.compare(least) < 0 || most !== undefined && number.compare(most) > 0 ||
    whole === true && number.denominator !== 1n;
}

function describeLimits(limits: DecimalLimits): string {
  if ("above" in limits) return `a number above ${limits.above.toDecimal()}`;
  const { least, most, whole } = limits;
  const kind = whole ? "a whole number" : "a number";
  return most
    ? `${kind} from ${least.toDecimal()} to ${most.toDecimal()}`
    : `${kind} of at least ${least.toDecimal()}`;
}
