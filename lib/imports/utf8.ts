/** Finds where bytes stop being UTF-8 text, so that a file in another encoding is refused at its exact place. */

/** Length of the sequence that a byte opens (RFC 3629, section 4); 0 for a byte that opens none. */
function sequenceLength(byte: number): number {
  if (byte < 0x80) return 1;
  if (byte < 0xc2) return 0;
  if (byte < 0xe0) return 2;
  if (byte < 0xf0) return 3;
  return byte < 0xf5 ? 4 : 0;
}

/** Whether the second byte may follow the first: no overlong forms, no surrogates, nothing above U+10FFFF. */
function secondByteFits(first: number, second: number): boolean {
  if (first === 0xe0) return second >= 0xa0 && second <= 0xbf;
  if (first === 0xed) return second >= 0x80 && second <= 0x9f;
  if (first === 0xf0) return second >= 0x90 && second <= 0xbf;
  if (first === 0xf4) return second >= 0x80 && second <= 0x8f;
  return (second & 0xc0) === 0x80;
}

/** Index of the first byte that cannot belong to UTF-8 text, or -1. A sequence that the end cuts off is not at fault. */
export function findInvalidUtf8(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes[at]);
    if (length === 0) return at;
    for (let offset = 1; offset < length; offset++) {
      if (at + offset === bytes.length) return -1;
      const next = bytes[at + offset];
      const fits = offset === 1 ? secondByteFits(bytes[at], next) : (next & 0xc0) === 0x80;
      if (!fits) return at;
    }
    at += length;
  }
  return -1;
}

/** How many bytes at the end belong to a sequence that is not complete: 0 to 3. */
export function unfinishedBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back];
    if ((byte & 0xc0) === 0x80) continue;
    return sequenceLength(byte) > back ? back : 0;
  }
  return 0;
}

/** Number of bytes of a text in UTF-8. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    // two units of a surrogate pair make four bytes, so each counts for two
    length += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return length;
}
