/** Vehicles as people write them into the form of a contract, one a line: "V-0042 from 2024-01-10 to 2024-02-01". */
import { type FieldProblem, isMilepostError } from "../core/errors.ts";
import { readDate } from "../core/input.ts";

export interface StayLine {
  reference: string;
  fromDate: string;
  /** The first day off the contract. */
  toDate: string | null;
}

/** Reference, then either date or both, each after its word. */
const parts = /^(?<reference>.+?)(?:\s+from\s+(?<from>\S+))?(?:\s+to\s+(?<to>\S+))?$/i;

/** Reads the lines; a vehicle without a day comes on `start`. What cannot be read is named by its line. */
export function readStayLines(text: string, start: string): { stays: StayLine[]; problems: FieldProblem[] } {
  const problems: FieldProblem[] = [];
  const stays = text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === "") return [];
    const { reference, from = start, to } = parts.exec(line.trim())!.groups as {
      reference: string;
      from?: string;
      to?: string;
    };
    for (const date of from === start ? [to] : [from, to]) {
      if (date === undefined || isDate(date)) continue;
      const rule = `Line ${index + 1}: “${date}” is not a date. Use year, month and day.`;
      problems.push({ field: "vehicles", value: line, rule, example: "V-0042 from 2024-01-10" });
    }
    return [{ reference, fromDate: from, toDate: to ?? null }];
  });
  return { stays, problems };
}

/** Stays as lines that `readStayLines` reads again, by vehicle and day. */
export function writeStayLines(
  stays: readonly { vehicle: string; from: Temporal.PlainDate; to: Temporal.PlainDate | null }[],
): string {
  return stays.map(({ vehicle, from, to }) => `${vehicle} from ${from}${to === null ? "" : ` to ${to}`}`)
    .sort().join("\n");
}

function isDate(text: string): boolean {
  try {
    readDate("vehicles", text);
    return true;
  } catch (error) {
    if (!isMilepostError(error, "InvalidInput")) throw error;
    return false;
  }
}
