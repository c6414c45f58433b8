/** Tells from its first bytes that a file is no text at all: what it is, and so what to do with it. */

interface Signature {
  bytes: readonly number[];
  sentence: string;
}

/** Published in each format's own specification. Nothing is ever unpacked, so a small file never becomes a large one. */
const signatures: readonly Signature[] = [
  {
    bytes: [0x50, 0x4b, 0x03, 0x04],
    sentence: "This is an Excel workbook or a ZIP file. Save the sheet as CSV in UTF-8 and upload that.",
  },
  {
    bytes: [0xd0, 0xcf, 0x11, 0xe0],
    sentence: "This is an old Excel workbook. Save the sheet as CSV in UTF-8 and upload that.",
  },
  {
    bytes: [0x1f, 0x8b],
    sentence: "This file is compressed (gzip). Unpack it and upload the CSV file that is in it.",
  },
  {
    bytes: [0x28, 0xb5, 0x2f, 0xfd],
    sentence: "This file is compressed (zstd). Unpack it and upload the CSV file that is in it.",
  },
  { bytes: [0x25, 0x50, 0x44, 0x46], sentence: "This is a PDF. Ask for the same as CSV and upload that." },
];

/** What to say of a file that begins so, or undefined for what may be text. */
export function describeBinary(first: Uint8Array): string | undefined {
  return signatures.find(({ bytes }) => bytes.every((byte, index) => first[index] === byte))?.sentence;
}
