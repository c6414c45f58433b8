/** Typed ids: a UUID that remembers in its type what it names, minted in time order (UUIDv7). */

declare const noun: unique symbol;

/** The id of one kind of thing. The ids of two kinds cannot be mixed up, and both are plain text. */
export type Id<Noun extends string> = string & { readonly [noun]: Noun };

export type TenantId = Id<"tenant">;
export type EntityId = Id<"entity">;
export type UserId = Id<"user">;
export type MembershipId = Id<"membership">;
export type SessionId = Id<"session">;
export type CustomerId = Id<"customer">;
export type VehicleId = Id<"vehicle">;
export type AssignmentId = Id<"assignment">;
export type PlanId = Id<"plan">;
export type PlanVersionId = Id<"plan version">;
export type ChargeId = Id<"charge">;
export type ContractId = Id<"contract">;
export type ImportId = Id<"import">;
export type RunId = Id<"run">;
export type InvoiceId = Id<"invoice">;
export type InvoiceLineId = Id<"invoice line">;
export type CreditNoteId = Id<"credit note">;
export type PaymentId = Id<"payment">;
export type LedgerAccountId = Id<"ledger account">;
export type LedgerTransactionId = Id<"ledger transaction">;
export type JobId = Id<"job">;

const UUID_SYNTAX = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const UUID_LENGTH = 36;

/** A text that should be an id and is not. */
export class InvalidIdError extends Error {
  override readonly name = "InvalidIdError";
  readonly noun: string;
  readonly value: string;

  constructor(noun: string, value: string) {
    const shown = value.length > UUID_LENGTH ? `${value.slice(0, UUID_LENGTH)}…` : value;
    super(`"${shown}" is not a valid ${noun} id. An id looks like 01890a5d-ac96-774b-bcce-b302099a8057.`);
    this.noun = noun;
    this.value = shown;
  }
}

/** Whether `text` has the form of an id, in small letters. */
export function isId(text: string): boolean {
  return text.length === UUID_LENGTH && UUID_SYNTAX.test(text);
}

/** Reads the id of a `noun`, in small or capital letters. Throws an `InvalidIdError`. */
export function parseId<Noun extends string>(noun: Noun, text: string): Id<Noun> {
  const lower = text.length === UUID_LENGTH ? text.toLowerCase() : text;
  if (!isId(lower)) throw new InvalidIdError(noun, text);
  return lower as Id<Noun>;
}

/**
 * Makes a UUIDv7 (RFC 9562, section 5.7): 48 bits of Unix milliseconds, then 74 random bits from `random` (10 bytes).
 * Takes time and chance as arguments; the impure `newId` is in `clock.ts`.
 */
export function mintId<Noun extends string>(now: Temporal.Instant, random: Uint8Array): Id<Noun> {
  if (random.length < 10) throw new RangeError(`An id needs 10 random bytes, and got ${random.length}.`);
  const milliseconds = now.epochMilliseconds;
  if (milliseconds < 0 || milliseconds >= 2 ** 48) throw new RangeError(`No id can be made for ${now}.`);
  const hex = [...random.subarray(0, 10)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const time = milliseconds.toString(16).padStart(12, "0");
  const variant = ((random[2] & 0x3f) | 0x80).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(1, 4)}-${variant}${hex.slice(6, 8)}-${
    hex.slice(8, 20)
  }` as Id<Noun>;
}

/** The instant at which a UUIDv7 was minted, to the millisecond. */
export function mintedAt(id: Id<string>): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(parseInt(id.slice(0, 8) + id.slice(9, 13), 16));
}
