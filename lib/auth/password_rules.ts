/** Which passwords may be set: long enough, and not the first thing that a stranger or someone who knows you would try. */
import { isCommonPassword, plainLetters } from "./common_passwords.ts";

export const shortestPassword = 12;
/** Longer than anyone types; it bounds the work of hashing. */
export const longestPassword = 256;

/** What a stranger knows about the person. */
export interface PasswordFacts {
  email: string;
  name: string;
}

/** What is wrong with a new password, as a sentence for the person, or null. Length counts characters, not bytes. */
export function passwordProblem(password: string, facts: PasswordFacts): string | null {
  const length = [...password].length;
  if (length < shortestPassword) {
    return `Use at least ${shortestPassword} characters; this has ${length}. Four plain words are easy to keep.`;
  }
  if (length > longestPassword) return `Use at most ${longestPassword} characters; this has ${length}.`;
  const plain = plainLetters(password);
  const known = [facts.email, facts.name, ...facts.email.split("@"), "milepost"].map(plainLetters)
    .filter((word) => word.length >= 4);
  const left = known.reduce((rest, word) => rest.replaceAll(word, ""), plain);
  if (left.length < 4 && left.length < plain.length) {
    return "This is mostly your name, your address or ours. Add words that nobody would guess.";
  }
  if (new Set(plain).size < 5 || isRun(plain)) {
    return "This repeats or counts up. Use four plain words that have nothing to do with each other.";
  }
  if (isNearlyCommon(plain)) {
    return "This is one of the first passwords that people try. Use four plain words that have nothing to do with each other.";
  }
  return null;
}

/** Whether it is one of the most used passwords, one twice, or one with a number before or after it. */
function isNearlyCommon(plain: string): boolean {
  const half = plain.slice(0, plain.length / 2);
  const guesses = [plain, plain.replace(/^\d+|\d+$/g, ""), half.repeat(2) === plain ? half : plain];
  return guesses.some(isCommonPassword);
}

/** Rows of the keyboard and the alphabet, there and back. */
const rows = [
  "abcdefghijklmnopqrstuvwxyz",
  "01234567890",
  "qwertyuiop",
  "asdfghjkl",
  "zxcvbnm",
  "1qaz2wsx3edc4rfv",
];
const runs = rows.flatMap((row) => [row, [...row].reverse().join("")]);

/** Whether nearly the whole text is made of runs of four or more, as in "qwertyuiop12". */
function isRun(text: string): boolean {
  let rest = text;
  for (const run of runs) {
    for (let length = run.length; length >= 4; length--) {
      for (let start = 0; start + length <= run.length; start++) {
        rest = rest.replaceAll(run.slice(start, start + length), "");
      }
    }
  }
  return rest.length <= 3;
}
