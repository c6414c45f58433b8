/**
 * The seal of an audit event: SHA-256 over the seal before it, its number and every column of the event. What is hashed is
 * a row of netstrings, `<bytes>:<text>,` in UTF-8, so that no two events can be written alike; docs/audit_trail.md has the order.
 */
import { createHash } from "node:crypto";

/** An event with each column as the text that is sealed. */
export interface SealableEvent {
  tenantId: string;
  id: string;
  /** Decimal. */
  xid: string;
  /** In UTC with six decimals of a second: `2026-04-02T13:10:00.123456Z`. */
  at: string;
  actor: string;
  command: string;
  subjectType: string;
  subjectId: string;
  /** As Postgres spells jsonb. */
  detail: string;
}

const form = "milepost audit 1";
/** What stands in the place of the seal before the first. */
export const noSeal: Uint8Array = new Uint8Array(32);

/** The 32 bytes that seal an event as number `sequence` of its tenant, counted from 1, after the seal `previous`. */
export function sealHash(previous: Uint8Array, sequence: bigint, event: SealableEvent): Uint8Array {
  const { tenantId, id, xid, at, actor, command, subjectType, subjectId, detail } = event;
  const hash = createHash("sha256");
  for (
    const text of [
      form,
      previous.toHex(),
      String(sequence),
      tenantId,
      id,
      xid,
      at,
      actor,
      command,
      subjectType,
      subjectId,
      detail,
    ]
  ) {
    const bytes = new TextEncoder().encode(text);
    hash.update(`${bytes.length}:`).update(bytes).update(",");
  }
  return hash.digest();
}
