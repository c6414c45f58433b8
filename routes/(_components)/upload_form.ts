/** Reading a form that carries a file: no further than its bound, since a browser may say less than it sends. */
import { milepostError } from "../../lib/core/errors.ts";

export interface UploadBound {
  megabytes: number;
  /** What to do with a larger file, as a sentence. */
  otherwise: string;
}

/** Throws `TooLarge` at the field `file`, and `MalformedRequest`. */
export async function readUploadForm(
  request: Request,
  { megabytes, otherwise }: UploadBound,
): Promise<FormData> {
  const largestBytes = megabytes * 1_000_000;
  const tooLarge = () => {
    const rule = `This file is above ${megabytes} MB. ${otherwise}`;
    return milepostError("TooLarge", { message: rule, fields: [{ field: "file", rule }] });
  };
  if (Number(request.headers.get("content-length") ?? 0) > largestBytes) throw tooLarge();
  let bytes = 0, isOver = false;
  const bounded = request.body?.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.length;
        isOver = bytes > largestBytes;
        if (isOver) controller.error(tooLarge());
        else controller.enqueue(chunk);
      },
    }),
  );
  try {
    const type = request.headers.get("content-type") ?? "";
    return await new Response(bounded, { headers: { "content-type": type } }).formData();
  } catch (cause) {
    throw isOver ? tooLarge() : milepostError("MalformedRequest", { cause });
  }
}

/** The file that was chosen. Throws `InvalidInput` where none was. */
export function chosenFile(form: FormData): File {
  const file = form.get("file");
  if (file instanceof File && (file.name !== "" || file.size > 0)) return file;
  throw milepostError("InvalidInput", {
    fields: [{ field: "file", rule: "Choose the file that you want to import." }],
  });
}
