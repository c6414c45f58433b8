/** Languages to choose from, each by its name. */
import type { Option } from "../../../components/ui/choice.tsx";
import { isDocumentLanguage } from "../../../lib/core/language.ts";

const locale = "en-GB";

const languages = [
  "cs-CZ",
  "da-DK",
  "de-AT",
  "de-CH",
  "de-DE",
  "en-AU",
  "en-CA",
  "en-GB",
  "en-IE",
  "en-US",
  "es-ES",
  "fi-FI",
  "fr-BE",
  "fr-CH",
  "fr-FR",
  "it-IT",
  "ja-JP",
  "nb-NO",
  "nl-BE",
  "nl-NL",
  "pl-PL",
  "pt-PT",
  "sv-SE",
];

/** The usual languages, and the one that is set. */
export function languageOptions(set: string): Option[] {
  const tags = languages.includes(set) || set === "" ? languages : [...languages, set];
  return tags.map((value) => ({ value, label: languageName(value) }))
    .sort((one, other) => one.label.localeCompare(other.label, locale));
}

/** "German (Germany)"; the tag itself for one that is none. */
export function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames(locale, { type: "language", languageDisplay: "standard" }).of(tag) ?? tag;
  } catch (error) {
    if (error instanceof RangeError) return tag;
    throw error;
  }
}

/** The languages in which documents are written, and the one that is set, after none. */
export function documentLanguageOptions(set: string): Option[] {
  const written = languageOptions(set).filter(({ value }) => isDocumentLanguage(value));
  return [{ value: "", label: "That of the billing entity" }, ...written];
}
