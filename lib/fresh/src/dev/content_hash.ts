/** A short name for content: equal names mean equal bytes. */

/** The first 16 hexadecimal digits of SHA-256. */
export async function contentHash(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex()
    .slice(0, 16);
}
