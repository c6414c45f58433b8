/** How a person writes down the form of local times, such as `DD/MM/YYYY HH:mm`, and what reads it. */
import { refuseField } from "../core/errors.ts";

interface Part {
  name: string;
  syntax: string;
  example: string;
}

const parts: Readonly<Record<string, Part>> = {
  YYYY: { name: "year", syntax: "\\d{4}", example: "2024" },
  MM: { name: "month", syntax: "\\d{2}", example: "01" },
  M: { name: "month", syntax: "\\d{1,2}", example: "1" },
  DD: { name: "day", syntax: "\\d{2}", example: "31" },
  D: { name: "day", syntax: "\\d{1,2}", example: "31" },
  HH: { name: "hour", syntax: "\\d{2}", example: "09" },
  H: { name: "hour", syntax: "\\d{1,2}", example: "9" },
  hh: { name: "hour", syntax: "\\d{2}", example: "09" },
  h: { name: "hour", syntax: "\\d{1,2}", example: "9" },
  mm: { name: "minute", syntax: "\\d{2}", example: "30" },
  ss: { name: "second", syntax: "\\d{2}", example: "00" },
  A: { name: "half", syntax: "[AaPp][Mm]", example: "AM" },
};
const partSyntax = /YYYY|MM?|DD?|HH?|hh?|mm|ss|A/g;
const longestPattern = 40;

/** The pattern of a field, without outer spaces. Throws `InvalidInput` that names what is wrong in it. */
export function readTimePattern(field: string, value: string): string {
  const pattern = value.trim();
  const refuse = (problem: string): never =>
    refuseField(
      field,
      value,
      `${problem} Use YYYY for the year, MM for the month, DD for the day, HH for the hour, mm for the minute ` +
        "and ss for the second, or h and A for a clock with AM and PM.",
      "DD/MM/YYYY HH:mm",
    );
  if (pattern === "") refuse("Write the form of the time.");
  if (pattern.length > longestPattern) refuse(`This is longer than ${longestPattern} characters.`);
  const tokens = pattern.match(partSyntax) ?? [];
  const names = tokens.map((token) => parts[token].name);
  const strange = pattern.replace(partSyntax, "").replace(/T/g, "").match(/[\p{L}\p{N}\p{Cc}]/u);
  if (strange) refuse(`“${strange[0]}” stands for nothing.`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) refuse(`The ${twice === "half" ? "A" : twice} stands there twice.`);
  const missing = ["year", "month", "day", "hour", "minute"].find((name) => !names.includes(name));
  if (missing !== undefined) refuse(`The ${missing} is missing.`);
  if (names.includes("half") !== tokens.some((token) => /^h/.test(token))) {
    refuse("Use h with A, and H without it.");
  }
  return pattern;
}

/** What a pattern that `readTimePattern` took reads, by the names of its parts, and 31 January 2024, 9:30, in it. */
export function localSyntaxOf(pattern: string): { syntax: RegExp; example: string } {
  const source = pattern.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&").replace(partSyntax, (token) => {
    const { name, syntax } = parts[token];
    const fraction = name === "second" ? "(?:\\.(?<fraction>\\d{1,6}))?" : "";
    return `(?<${name}>${syntax})${fraction}`;
  });
  return {
    syntax: new RegExp(`^${source}$`, "u"),
    example: pattern.replace(partSyntax, (token) => parts[token].example),
  };
}
