/** What the routes of the API share: who asks, and a body that is read up to a bound. */
import type { Caller, State } from "../../../../define.ts";
import { milepostError } from "../../../../lib/core/errors.ts";

/** The caller, whom the API's middleware let in. */
export function callerOf({ caller }: State): Caller {
  if (!caller) throw new Error("This route stands outside of routes/api/, so nobody was let in.");
  return caller;
}

/** No event and no price case is deeper; what reads JSON later on goes through it by calling itself. */
const deepest = 100;

/**
 * The body as text. Throws `TooLarge` above the bound (bytes), before the rest is read; `MalformedRequest` if it is not
 * UTF-8 or is compressed: a small body that becomes a large one would pass the bound.
 */
export async function readText(request: Request, atMost: number): Promise<string> {
  const encoding = request.headers.get("content-encoding") ?? "identity";
  if (encoding !== "identity") {
    throw milepostError("MalformedRequest", {
      message: `The body is compressed (${encoding}). Send it as it is.`,
    });
  }
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "", bytes = 0;
  try {
    for await (const chunk of request.body ?? []) {
      bytes += chunk.length;
      if (bytes > atMost) {
        throw milepostError("TooLarge", {
          message: `The body is above ${atMost / 1_000_000} MB. Split it and send the parts one by one.`,
        });
      }
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw milepostError("MalformedRequest", { message: "The body is not UTF-8. Send it as UTF-8.", cause });
  }
}

/** The body as JSON. Throws as `readText`, and `MalformedRequest` for other text. */
export async function readJson(request: Request, atMost: number): Promise<unknown> {
  return parseJson(await readText(request, atMost), "The body");
}

/** Throws `MalformedRequest` that says where the text stops being JSON, or that it is too deep. */
export function parseJson(text: string, what: string): unknown {
  const value = parse(text, what);
  if (isDeeper(value, deepest)) {
    throw milepostError("MalformedRequest", {
      message: `${what} has more than ${deepest} lists and objects inside one another. Make it flatter.`,
    });
  }
  return value;
}

/** Goes level by level and not by calling itself, since what it looks for is what ends the stack. */
function isDeeper(value: unknown, levels: number): boolean {
  const isNested = (one: unknown) => typeof one === "object" && one !== null;
  let level = [value].filter(isNested) as object[];
  for (let depth = 0; depth < levels && level.length > 0; depth++) {
    level = level.flatMap((one) => Object.values(one).filter(isNested));
  }
  return level.length > 0;
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const where = (cause as Error).message;
    throw milepostError("MalformedRequest", {
      message: `${what} is not JSON: ${where}. Correct it there.`,
      cause,
    });
  }
}
