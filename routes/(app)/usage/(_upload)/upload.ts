/** Takes an uploaded file from a form: bounded, named, hashed, and kept with the job that reads it. */
import { createHash } from "node:crypto";
import type { Actor } from "../../../../lib/core/actor.ts";
import { type Environment, execute } from "../../../../lib/core/command.ts";
import { keepUploadedFile } from "../../../../lib/usage/commands.ts";
import { chosenFile, readUploadForm } from "../../../(_components)/upload_form.ts";

/** A file is held in memory while it is uploaded; larger ones come by the command line, which reads them as a stream. */
export const largestUploadMegabytes = 64;
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
    const form = await readUploadForm(request, {
      megabytes: largestUploadMegabytes,
      otherwise: "Split it, or import it by the command line: milepost import usage FILE.",
    });
    const [mapping, key] = ["mapping", "key"].map((name) => form.get(name));
    upload.mapping = typeof mapping === "string" ? mapping : "";
    const file = chosenFile(form);
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

async function* partsOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += partBytes) yield bytes.subarray(from, from + partBytes);
}
