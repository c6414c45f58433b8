/** What the routes of the API share: who asks, and a body that is read up to a bound. */
import type { Caller, State } from "../../../../define.ts";
import { milepostError } from "../../../../lib/core/errors.ts";

/** The caller, whom the API's middleware let in. */
export function callerOf({ caller }: State): Caller {
  if (!caller) throw new Error("This route stands outside of routes/api/, so nobody was let in.");
  return caller;
}

/** The body as text. Throws `TooLarge` above the bound (bytes), before the rest is read; `MalformedRequest` if it is not UTF-8. */
export async function readText(request: Request, atMost: number): Promise<string> {
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

/** Throws `MalformedRequest` that says where the text stops being JSON. */
export function parseJson(text: string, what: string): unknown {
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
