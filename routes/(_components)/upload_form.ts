/** Reading a form that carries a file: no further than its bound, since a browser may say less than it sends. */
import { isMilepostError, milepostError } from "../../lib/core/errors.ts";
import { readFormData } from "./form_fields.ts";

export interface UploadBound {
  megabytes: number;
  /** What to do with a larger file, as a sentence. */
  otherwise: string;
}

/** What a form has beside its file, at most. */
const envelopeBytes = 100_000;
const bytesOf = ({ megabytes }: UploadBound) => megabytes * 1_000_000;

/** Throws `TooLarge` at the field `file`. */
export function requireWithinBound(fileBytes: number, bound: UploadBound): void {
  if (fileBytes <= bytesOf(bound)) return;
  const rule = `This file is above ${bound.megabytes} MB. ${bound.otherwise}`;
  throw milepostError("TooLarge", { message: rule, fields: [{ field: "file", rule }] });
}

/** Refuses a form that says itself that it is too large. Throws `TooLarge` at the field `file`. */
export function requireToldWithinBound(request: Request, bound: UploadBound): void {
  requireWithinBound(Number(request.headers.get("content-length") ?? 0) - envelopeBytes, bound);
}

/** The body of a form as it comes in. Throws `TooLarge` where its file must be. */
export async function* boundedBody(
  request: Request,
  bound: UploadBound,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (!request.body) return;
  let bytes = 0;
  for await (const chunk of request.body) {
    bytes += chunk.length;
    requireWithinBound(bytes - envelopeBytes, bound);
    yield chunk;
  }
}

/** A form whose file is small enough to be held. Throws `TooLarge` at the field `file`, and `MalformedRequest`. */
export async function readUploadForm(request: Request, bound: UploadBound): Promise<FormData> {
  requireToldWithinBound(request, bound);
  const form = await readFormData(request, bytesOf(bound) + envelopeBytes).catch((error) => {
    if (isMilepostError(error, "TooLarge")) requireWithinBound(Infinity, bound);
    throw error;
  });
  for (const value of form.values()) if (value instanceof File) requireWithinBound(value.size, bound);
  return form;
}

/** The file that was chosen. Throws `InvalidInput` where none was. */
export function chosenFile(form: FormData): File {
  const file = form.get("file");
  if (file instanceof File && (file.name !== "" || file.size > 0)) return file;
  throw noFileChosen();
}

export function noFileChosen(): Error {
  return milepostError("InvalidInput", {
    fields: [{ field: "file", rule: "Choose the file that you want to import." }],
  });
}
