/** In which of its languages a document is written, and the formats that go with it. */
import { type DocumentLanguage, isDocumentLanguage } from "../core/language.ts";
import { type Figures, figuresIn } from "./figures.ts";
import { german } from "./words/de.ts";
import { english } from "./words/en.ts";
import { spanish } from "./words/es.ts";
import { french } from "./words/fr.ts";
import { japanese } from "./words/ja.ts";
import type { Words } from "./words/words.ts";

const languages: Record<DocumentLanguage, Words> = {
  en: english,
  de: german,
  fr: french,
  es: spanish,
  ja: japanese,
};

export interface Language {
  /** The language alone: "de". */
  code: DocumentLanguage;
  /** Two letters of a country, where the tag has one. */
  region: string | null;
  words: Words;
  figures: Figures;
}

const known = new Map<string, Language>();

/** The language of a BCP 47 tag, with the formats of its country; English for a language without documents. */
export function languageOf(tag: string): Language {
  const found = known.get(tag);
  if (found) return found;
  const locale = new Intl.Locale(tag);
  const code = locale.language as DocumentLanguage;
  const made: Language = isDocumentLanguage(tag)
    ? { code, region: locale.region ?? null, words: languages[code], figures: figuresIn(tag) }
    : { code: "en", region: "GB", words: english, figures: figuresIn("en-GB") };
  known.set(tag, made);
  return made;
}
