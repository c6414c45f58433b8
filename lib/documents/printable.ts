/** Which characters the fonts can print, and what stands for one that they cannot: an invoice must print whatever a name holds. */

/** The characters that one font has a glyph for. */
export type Coverage = ReadonlySet<number>;

/** Reads the characters off a TrueType font: format 12 of its `cmap` table (ISO/IEC 14496-22, 5.2.1). */
export function coverageOf(font: Uint8Array): Coverage {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const table = tableAt(view, "cmap");
  const count = view.getUint16(table + 2);
  for (let index = 0; index < count; index++) {
    const at = table + view.getUint32(table + 4 + 8 * index + 4);
    if (view.getUint16(at) === 12) return charactersOf(view, at);
  }
  throw new Error("The font has no table of its characters that Milepost can read.");
}

function tableAt(view: DataView, name: string): number {
  const count = view.getUint16(4);
  for (let index = 0; index < count; index++) {
    const record = 12 + 16 * index;
    const tag = [0, 1, 2, 3].map((place) => String.fromCharCode(view.getUint8(record + place))).join("");
    if (tag === name) return view.getUint32(record + 8);
  }
  throw new Error(`The font has no table ${name}.`);
}

function charactersOf(view: DataView, at: number): Coverage {
  const found = new Set<number>();
  const groups = view.getUint32(at + 12);
  for (let index = 0; index < groups; index++) {
    const group = at + 16 + 12 * index;
    const last = view.getUint32(group + 4);
    for (let code = view.getUint32(group); code <= last; code++) found.add(code);
  }
  return found;
}

/** The geta mark of Japanese print: it stands where a character is missing, and is not read as one. */
const missing = "〓";
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * A text with the mark for each character, with its accents, that no one font has whole; marks that no one sees are dropped
 * where no font has them.
 */
export function printable(text: string, coverages: readonly Coverage[]): string {
  const isCovered = (part: string) =>
    coverages.some((coverage) => [...part].every((character) => coverage.has(character.codePointAt(0)!)));
  const composed = text.normalize("NFC");
  // Nearly every document: one look at each character, and no more.
  if ([...composed].every((character) => character <= "~" || isCovered(character)) && !marks.test(composed)) {
    return composed;
  }
  return [...graphemes.segment(composed)].map(({ segment }) => {
    if (isCovered(segment)) return segment;
    const seen = segment.replace(invisible, "");
    return seen === "" || isCovered(seen) ? seen : missing;
  }).join("");
}

/** What joins the character before it. */
const marks = /[\p{Mark}\p{Default_Ignorable_Code_Point}]/u;
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Control}]/gu;
