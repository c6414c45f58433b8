/** What is wrong with a price case: where, what was found, and what is allowed there. */

/** The most faults that one answer names; the rest show up once these are fixed. */
export const FAULTS_MAX = 20;

const SHOWN_LENGTH_MAX = 60;
const SHOWN_NAMES_MAX = 10;

export interface PriceCaseFault {
  /** JSON path (RFC 9535) of the value, such as `$.charges[1].price.tiers[0].upTo`. */
  readonly path: string;
  /** The value as JSON text, shortened; `missing` if there is none. */
  readonly value: string;
  /** What may stand there, as the end of "Allowed: …". */
  readonly allowed: string;
  /** The whole sentence for people. */
  readonly message: string;
}

/** A price case that cannot be priced. `path`, `value` and `allowed` are those of the first of its `faults`. */
export class PriceCaseError extends Error {
  override readonly name = "PriceCaseError";
  readonly faults: readonly PriceCaseFault[];
  readonly path: string;
  readonly value: string;
  readonly allowed: string;

  constructor(faults: readonly PriceCaseFault[]) {
    super(faults.map((fault) => fault.message).join("\n"));
    this.faults = faults;
    [{ path: this.path, value: this.value, allowed: this.allowed }] = faults;
  }
}

/** The JSON path of a member: `$.usage[0]` and `km` give `$.usage[0].km`. */
export function memberPath(path: string, name: string): string {
  if (/^[A-Za-z_]\w*$/.test(name)) return `${path}.${name.length > SHOWN_LENGTH_MAX ? shorten(name) : name}`;
  return `${path}[${shorten(JSON.stringify(name))}]`;
}

/** The first of some names and how many more there are, so that a fault stays a sentence. */
export function listNames(names: Iterable<string>): string {
  const all = [...names], shown = all.slice(0, SHOWN_NAMES_MAX).map(shorten).join(", ");
  return all.length > SHOWN_NAMES_MAX ? `${shown} and ${all.length - SHOWN_NAMES_MAX} more` : shown;
}

function shorten(text: string): string {
  return text.length > SHOWN_LENGTH_MAX ? `${text.slice(0, SHOWN_LENGTH_MAX)}…` : text;
}

function showValue(value: unknown): string {
  if (value === undefined) return "missing";
  // Cut first: the JSON text of a huge value is never built whole.
  if (typeof value === "string") return shorten(JSON.stringify(value.slice(0, SHOWN_LENGTH_MAX + 1)));
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  return shorten(String(value));
}

/** A fault in words: what stands at `path`, why it cannot, and what can. */
export function priceCaseFault(
  path: string,
  value: unknown,
  allowed: string,
  problem?: string,
): PriceCaseFault {
  const shown = showValue(value);
  const why = problem ?? (value === undefined ? "is missing" : "is not allowed");
  const found = value === undefined ? why : `${shown} ${why}`;
  return { path, value: shown, allowed, message: `${path}: ${found}. Allowed: ${allowed}.` };
}

/** Collects faults, one for each place, and gives up once there are `FAULTS_MAX`. */
export class Faults {
  readonly #found = new Map<string, PriceCaseFault>();

  get count(): number {
    return this.#found.size;
  }

  /** Whether something is wrong with the very value at a path. */
  has(path: string): boolean {
    return this.#found.has(path);
  }

  /** Whether something is wrong with the value at a path or in it; `except` names members of it that do not matter. */
  isFaulty(path: string, except: readonly string[] = []): boolean {
    return [...this.#found.keys()].some((found) =>
      found.startsWith(path) && /^$|^[.[]/.test(found.slice(path.length)) &&
      !except.some((name) => found === memberPath(path, name))
    );
  }

  /** Notes a fault. Throws a `PriceCaseError` when the list is full. */
  add(path: string, value: unknown, allowed: string, problem?: string): void {
    this.addAll([priceCaseFault(path, value, allowed, problem)]);
  }

  addAll(faults: readonly PriceCaseFault[]): void {
    for (const fault of faults) {
      if (!this.#found.has(fault.path)) this.#found.set(fault.path, fault);
      if (this.#found.size >= FAULTS_MAX) throw new PriceCaseError([...this.#found.values()]);
    }
  }

  /** Runs `work`; if it throws a `PriceCaseError`, its faults are noted and `instead` is the answer. */
  attempt<Result>(work: () => Result, instead: Result): Result {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof PriceCaseError)) throw error;
      this.addAll(error.faults);
      return instead;
    }
  }

  /** Throws a `PriceCaseError` if anything was found. */
  throwIfAny(): void {
    if (this.#found.size > 0) throw new PriceCaseError([...this.#found.values()]);
  }
}
