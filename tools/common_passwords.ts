/** Writes lib/auth/common_password_bits.ts from the list of a package: run it when that list has changed. */
import { dictionary } from "@zxcvbn-ts/language-common";
import { Buffer } from "node:buffer";
import { bitPlaces, filterBytes, plainLetters } from "../lib/auth/common_passwords.ts";

/** The list is ordered by how often a password is used. */
export const commonPasswords: readonly string[] = dictionary["passwords-common"].slice(0, 10_000);

/** The filter as base64. */
export function filterOf(passwords: readonly string[]): string {
  const bits = Buffer.alloc(filterBytes);
  // Some are made of signs alone, of which nothing is left.
  for (const plain of passwords.map(plainLetters).filter((plain) => plain !== "")) {
    for (const place of bitPlaces(plain)) bits[place >> 3] |= 1 << (place & 7);
  }
  return bits.toString("base64");
}

if (import.meta.main) {
  const text =
    `/** Made by tools/common_passwords.ts: the bits of the filter in common_passwords.ts, as base64. */
export const commonPasswordBits: string =
  "${filterOf(commonPasswords)}";
`;
  await Deno.writeTextFile(new URL("../lib/auth/common_password_bits.ts", import.meta.url), text);
}
