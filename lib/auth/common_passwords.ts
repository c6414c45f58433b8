/**
 * Whether a text is one of the 10,000 passwords that people use most: a Bloom filter (B. H. Bloom, CACM 13(7), 1970) of 16 KiB. It never
 * misses one of them, and takes about one in 600 other texts for one.
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { commonPasswordBits } from "./common_password_bits.ts";

/** 13 bits for each of 10,000 entries; 9 places are the best number for that. */
export const filterBytes = 16_384;
const places = 9;

const filter = Buffer.from(commonPasswordBits, "base64");

/** Expects small letters and digits alone, as `plainLetters` gives them. */
export function isCommonPassword(plain: string): boolean {
  return bitPlaces(plain).every((place) => (filter[place >> 3] & 1 << (place & 7)) !== 0);
}

/** Which bits of the filter stand for a text: 17 bits of its SHA-256, again and again. */
export function bitPlaces(plain: string): number[] {
  const digest = createHash("sha256").update(plain).digest();
  return Array.from({ length: places }, (_, index) => digest.readUInt32BE(3 * index) & (8 * filterBytes - 1));
}

/** Small letters and digits alone, so that "J.Doe-2024" and "jdoe2024" are the same guess. */
export function plainLetters(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}
