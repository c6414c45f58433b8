/** The words of a page: a reading grade of 9 or below, British spelling, none of the words the house does not use. */
import { syllable } from "syllable";
import type { Page } from "playwright-core";
import type { Finding } from "./finding.ts";

export const maxGrade = 9;
/** Below this a formula says more about one long name than about the text. */
const minWords = 40;

/** Flesch–Kincaid grade (Kincaid et al. 1975): 0.39 words per sentence + 11.8 syllables per word − 15.59. */
export function readingGrade(sentences: string[]): number {
  const words = sentences.flatMap(wordsOf);
  const syllables = words.reduce((sum, word) => sum + Math.max(1, syllable(word)), 0);
  return 0.39 * words.length / sentences.length + 11.8 * syllables / words.length - 15.59;
}

/** Figures, addresses and codes are read by eye, not by syllable. */
function wordsOf(sentence: string): string[] {
  return sentence.split(/[\s–/]+/).map((word) => word.replace(/[^\p{L}'’-]/gu, "")).filter((word) =>
    /^\p{L}/u.test(word) && !/@|\d/.test(word)
  );
}

function withoutAddresses(text: string): string {
  return text.replace(/\S+@\S+|https?:\S+/g, "");
}

export function sentencesOf(texts: string[]): string[] {
  return texts
    .flatMap((text) => withoutAddresses(text).split(/(?<=[.!?:])\s+/))
    .filter((sentence) => wordsOf(sentence).length >= 3);
}

/** American forms of words that a billing product uses, and words that the house does not use. */
const unwanted: [RegExp, string][] = [
  [
    /\b(color|center|favorite|canceled|canceling|labeled|modeled|traveled|gray|jewelry|catalog|dialog box)\b/i,
    "British spelling",
  ],
  [
    /\b\w+(ize|izes|ized|izing|ization)\b(?<!\b(size|sizes|sized|sizing|prize|seize))/i,
    "British spelling: -ise",
  ],
  [/\b(analyze|paralyze)d?\b/i, "British spelling: -yse"],
  [/\b(license plate|check number|fulfill|enroll|program)\b/i, "British spelling"],
  [/\b(please|oops|sorry|invalid|abort|simply)\b/i, "a plain word that says what to do"],
  [/!(?!=)/, "no exclamation mark"],
];

export function wordFindings(texts: string[]): Finding[] {
  const found: Finding[] = [];
  for (const text of texts) {
    for (const [pattern, wish] of unwanted) {
      const match = withoutAddresses(text).match(pattern);
      if (match) found.push({ check: "words", what: `“${match[0]}” in “${text.slice(0, 80)}”: ${wish}` });
    }
  }
  const sentences = sentencesOf(texts);
  if (sentences.flatMap(wordsOf).length >= minWords) {
    const grade = readingGrade(sentences);
    if (grade > maxGrade) {
      const hardest = sentences.toSorted((a, b) => readingGrade([b]) - readingGrade([a])).slice(0, 3);
      found.push({
        check: "reading grade",
        what: `${grade.toFixed(1)} is over ${maxGrade}; hardest: ${hardest.join(" | ")}`,
      });
    }
  }
  return found;
}

export async function checkWords(page: Page): Promise<Finding[]> {
  const texts = await page.evaluate(
    `[...document.querySelectorAll("main p, main li, main dd, main label, main figcaption, main caption, main [id$=-help], main h1, main h2, main h3, main button")]
    .filter((element) => !element.querySelector("p,li,dd"))
    .map((element) => element.textContent.trim().replace(/\\s+/g, " "))
    .filter(Boolean)`,
  ) as string[];
  return wordFindings([...new Set(texts)]);
}
