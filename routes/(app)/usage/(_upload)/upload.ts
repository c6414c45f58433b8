/** Takes an uploaded file from a form as it comes in: bounded, named, hashed, and kept with the job that reads it. */
import { createHash } from "node:crypto";
import type { Actor } from "../../../../lib/core/actor.ts";
import { type Environment, execute } from "../../../../lib/core/command.ts";
import { readMultipart } from "../../../../lib/imports/multipart.ts";
import { keepUploadedFile } from "../../../../lib/usage/commands.ts";
import {
  boundedBody,
  noFileChosen,
  requireToldWithinBound,
  requireWithinBound,
  type UploadBound,
} from "../../../(_components)/upload_form.ts";

const partBytes = 1_000_000;

/** What was sent, also where it was refused. */
export interface Upload {
  mapping: string;
  /** Where it is shown. */
  href: string;
}

/**
 * Keeps the file of a form; `error` says why it was not kept, with the choice of the form beside it. The file waits on the
 * disk until its last byte and its hash are there: no transaction waits for a browser, and no memory holds it.
 */
export async function keepUpload(
  environment: Environment,
  asker: { tenantId: string; actor: Actor },
  request: Request,
  largestMegabytes: number,
): Promise<{ upload: Upload; error?: unknown }> {
  const upload: Upload = { mapping: "", href: "" };
  try {
    using file = await openNamelessFile();
    const { fields, sent } = await readForm(request, largestMegabytes, file, upload);
    if (!sent) throw noFileChosen();
    const { usageImportId, isWaiting } = await execute(
      environment,
      keepUploadedFile(partsOf(file)),
      { ...asker, key: fields.get("key") || undefined },
      { ...sent, mapping: upload.mapping },
    );
    const href = `/usage/${usageImportId}`;
    return { upload: { ...upload, href: isWaiting ? `${href}/columns` : href } };
  } catch (error) {
    return { upload, error };
  }
}

interface SentFile {
  fileName: string;
  bytesTotal: number;
  /** SHA-256 of the content, in hexadecimal. */
  sha256: string;
}

/** The fields of the form, and the file that was chosen, whose content is in `file` then. Keeps the mapping at once. */
async function readForm(
  request: Request,
  megabytes: number,
  file: Deno.FsFile,
  upload: Upload,
): Promise<{ fields: ReadonlyMap<string, string>; sent?: SentFile }> {
  const bound: UploadBound = {
    megabytes,
    otherwise: "Split it, or import it by the command line: milepost import usage FILE.",
  };
  const keepMapping = (fields: ReadonlyMap<string, string>) => upload.mapping = fields.get("mapping") ?? "";
  let sent: SentFile | undefined;
  const fields = await readMultipart(
    boundedBody(request, bound),
    request.headers.get("content-type") ?? "",
    async ({ field, name, content }, fieldsBefore) => {
      if (field !== "file" || sent) return;
      keepMapping(fieldsBefore);
      requireToldWithinBound(request, bound);
      const written = await writeContent(file, content, bound);
      // A browser sends a file without name or content where none was chosen.
      if (name !== "" || written.bytesTotal > 0) sent = { fileName: name, ...written };
    },
  );
  keepMapping(fields);
  return { fields, sent };
}

async function writeContent(file: Deno.FsFile, content: AsyncIterable<Uint8Array>, bound: UploadBound) {
  const hash = createHash("sha256");
  let bytesTotal = 0;
  for await (const piece of content) {
    hash.update(piece);
    bytesTotal += piece.length;
    requireWithinBound(bytesTotal, bound);
    for (let from = 0; from < piece.length;) from += await file.write(piece.subarray(from));
  }
  return { bytesTotal, sha256: hash.digest("hex") };
}

/** A file that is gone as soon as it is closed, or its process ends, however that happens. */
async function openNamelessFile(): Promise<Deno.FsFile> {
  const path = await Deno.makeTempFile({ prefix: "milepost-upload-" });
  const file = await Deno.open(path, { read: true, write: true });
  await Deno.remove(path);
  return file;
}

async function* partsOf(file: Deno.FsFile): AsyncGenerator<Uint8Array> {
  await file.seek(0, Deno.SeekMode.Start);
  while (true) {
    const part = new Uint8Array(partBytes);
    let length = 0;
    for (let read: number | null = 0; read !== null && length < partBytes; length += read ?? 0) {
      read = await file.read(part.subarray(length));
    }
    if (length === 0) return;
    yield part.subarray(0, length);
  }
}
