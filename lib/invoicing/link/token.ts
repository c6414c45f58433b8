/**
 * The secret in the address by which a customer opens an invoice: the ids of tenant and invoice and 128 bits of an
 * HMAC-SHA-256 (RFC 2104) under the tenant's key, 48 bytes as 64 characters of base64url. It is worked out and never
 * stored, so that the same mail and the same PDF can be made again.
 */
import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";

/** Which link of which invoice. */
export interface LinkSubject {
  tenantId: string;
  invoiceId: string;
  /** Counts the renewals, from 1. */
  generation: number;
}

export interface ReadToken {
  tenantId: string;
  invoiceId: string;
  /** What proves that the tenant's key made it; not looked at yet. */
  code: Uint8Array;
}

const idBytes = 16;
const codeBytes = 16;
const form = /^[\w-]{64}$/;

/** The token of a link. */
export function writeToken(key: Uint8Array, subject: LinkSubject): string {
  return Buffer.concat([
    bytesOf(subject.tenantId),
    bytesOf(subject.invoiceId),
    codeOf(key, subject),
  ]).toString("base64url");
}

/** Takes a token apart; nothing for a text that is none. */
export function readToken(text: string): ReadToken | undefined {
  if (!form.test(text)) return undefined;
  const bytes = Buffer.from(text, "base64url");
  return {
    tenantId: idOf(bytes.subarray(0, idBytes)),
    invoiceId: idOf(bytes.subarray(idBytes, 2 * idBytes)),
    code: bytes.subarray(2 * idBytes),
  };
}

/** Whether the key made this token for this renewal; how long it takes says nothing. */
export function isTokenOf(key: Uint8Array, { code, ...ids }: ReadToken, generation: number): boolean {
  return timingSafeEqual(code, codeOf(key, { ...ids, generation }));
}

/** JSON, so that no two subjects are written alike. */
function codeOf(key: Uint8Array, { tenantId, invoiceId, generation }: LinkSubject): Uint8Array {
  const text = JSON.stringify(["milepost invoice link", tenantId, invoiceId, generation]);
  return createHmac("sha256", key).update(text).digest().subarray(0, codeBytes);
}

function bytesOf(id: string): Uint8Array {
  return Buffer.from(id.replaceAll("-", ""), "hex");
}

function idOf(bytes: Uint8Array): string {
  const hex = bytes.toHex();
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
