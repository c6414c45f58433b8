/** Tags of languages, and those in which documents are written. */
import { refuseField } from "./errors.ts";

/** Each has a file of words in `lib/documents/words`. */
export const documentLanguages = ["en", "de", "fr", "es", "ja"] as const;

export type DocumentLanguage = typeof documentLanguages[number];

const example = "en-GB";

/** A BCP 47 tag in its usual spelling. Throws `InvalidInput`. */
export function readLanguage(field: string, value: string): string {
  return canonical(value) ??
    refuseField(field, value, "Use the tag of a language, with its country.", example);
}

/** A tag of a language in which documents are written; null for an empty text. Throws `InvalidInput`. */
export function readDocumentLanguage(field: string, value: string): string | null {
  if (value.trim() === "") return null;
  const tag = canonical(value);
  if (tag !== undefined && isDocumentLanguage(tag)) return tag;
  return refuseField(
    field,
    value,
    `Use one of the languages of documents, with or without its country: ${documentLanguages.join(", ")}.`,
    "de-DE",
  );
}

/** Whether documents are written in the language of a tag; not for what is no tag. */
export function isDocumentLanguage(tag: string): boolean {
  const known = canonical(tag);
  return known !== undefined &&
    (documentLanguages as readonly string[]).includes(new Intl.Locale(known).language);
}

function canonical(value: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(value.trim())[0];
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
