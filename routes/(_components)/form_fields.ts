/** Reading a sent form, and turning a refusal into what stands beside its fields. */
import type { FormError } from "../../components/ui/error_summary.tsx";
import { isMilepostError, type MilepostError, milepostError } from "../../lib/core/errors.ts";

/** No form without a file comes near these. */
const largestFormBytes = 1_000_000;
const mostFields = 5_000;

/** The fields of a form as text. Throws `MalformedRequest` for a body that is no form, `TooLarge` and `RequestTimeout`. */
export async function readForm(request: Request): Promise<(name: string) => string> {
  return fieldsOf(await readFormData(request));
}

/** The fields of a form as text; empty where there is none. */
export function fieldsOf(form: FormData): (name: string) => string {
  return (name) => {
    const value = form.get(name);
    return typeof value === "string" ? value : "";
  };
}

/** A form of at most so many bytes. Throws as `readForm`. */
export async function readFormData(request: Request, mostBytes = largestFormBytes): Promise<FormData> {
  const told = Number(request.headers.get("content-length") ?? 0);
  if (told > mostBytes) throw milepostError("TooLarge");
  const headers = { "content-type": request.headers.get("content-type") ?? "" };
  const body = ReadableStream.from(upTo(mostBytes, request.body ?? []));
  const form = await new Response(body, { headers }).formData().catch((cause) => {
    throw isMilepostError(cause) ? cause : milepostError("MalformedRequest", { cause });
  });
  const fields = [...form];
  // no database keeps a zero character, and no browser sends one
  const hasZero = fields.some(([name, value]) => typeof value === "string" && (name + value).includes("\0"));
  if (fields.length > mostFields || hasZero) throw milepostError("MalformedRequest");
  return form;
}

async function* upTo(mostBytes: number, body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw milepostError("TooLarge");
    yield chunk;
  }
}

/** One entry for each field that is wrong; for a refusal without fields, its sentence alone. */
export function formErrors(error: MilepostError): FormError[] {
  if (error.fields.length === 0) return [{ message: error.message }];
  return error.fields.map(({ field, rule, example }) => ({
    field,
    message: `${rule ?? error.message}${example === undefined ? "" : ` For example ${example}.`}`,
  }));
}
