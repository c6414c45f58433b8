/** Takes an uploaded file from a form: bounded, named, hashed, and kept with the job that reads it. */
import { createHash } from "node:crypto";
import type { Actor } from "../../../../lib/core/actor.ts";
import { type Environment, execute } from "../../../../lib/core/command.ts";
import { milepostError } from "../../../../lib/core/errors.ts";
import { keepUploadedFile } from "../../../../lib/usage/commands.ts";

/** A file is held in memory while it is uploaded; larger ones come by the command line, which reads them as a stream. */
export const largestUploadMegabytes = 64;
const largestUpload = largestUploadMegabytes * 1_000_000;
const partBytes = 1_000_000;

/** What was sent, also where it was refused. */
export interface Upload {
  mapping: string;
  usageImportId: string;
}

/** Keeps the file of a form; `error` says why it was not kept, with the choice of the form beside it. */
export async function keepUpload(
  environment: Environment,
  asker: { tenantId: string; actor: Actor },
  request: Request,
): Promise<{ upload: Upload; error?: unknown }> {
  const upload: Upload = { mapping: "", usageImportId: "" };
  try {
    const form = await readBounded(request);
    const [file, mapping, key] = ["file", "mapping", "key"].map((name) => form.get(name));
    upload.mapping = typeof mapping === "string" ? mapping : "";
    if (!(file instanceof File) || (file.name === "" && file.size === 0)) {
      throw milepostError("InvalidInput", {
        fields: [{ field: "file", rule: "Choose the file that you want to import." }],
      });
    }
    const bytes = new Uint8Array(await file.arrayBuffer());
    const { usageImportId } = await execute(
      environment,
      keepUploadedFile(partsOf(bytes)),
      { ...asker, key: typeof key === "string" && key !== "" ? key : undefined },
      {
        fileName: file.name,
        mapping: upload.mapping,
        bytesTotal: bytes.length,
        sha256: createHash("sha256").update(bytes).digest("hex"),
      },
    );
    return { upload: { ...upload, usageImportId } };
  } catch (error) {
    return { upload, error };
  }
}

/** Reads the form, and no further than the bound: a browser may say less than it sends. */
async function readBounded(request: Request): Promise<FormData> {
  const tooLarge = () => {
    const rule =
      `This file is above ${largestUploadMegabytes} MB. Split it, or import it by the command line: ` +
      "milepost import usage FILE.";
    return milepostError("TooLarge", { message: rule, fields: [{ field: "file", rule }] });
  };
  if (Number(request.headers.get("content-length") ?? 0) > largestUpload) throw tooLarge();
  let bytes = 0, isOver = false;
  const bounded = request.body?.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.length;
        isOver = bytes > largestUpload;
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

async function* partsOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += partBytes) yield bytes.subarray(from, from + partBytes);
}
