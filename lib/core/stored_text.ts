/** Which texts Postgres can keep: it has no NUL, and no half of a surrogate pair, both of which JSON can write as escapes. */

/** Whether a text comes back from the database as it went in. */
export function isStorable(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}

/** What is wrong with other text, as a sentence. */
export const storableRule = "It holds a character that is none (\\u0000, or half of a pair). Take it out.";

/** The text with a replacement character for each one that cannot be stored. */
export function toStorable(text: string): string {
  return isStorable(text) ? text : text.replaceAll("\0", "\ufffd").toWellFormed();
}
