/** The file that a command reads: named from where the command was typed, or `-` for standard input. */
import { basename } from "node:path";
import { milepostError } from "../lib/core/errors.ts";
import type { CliSession } from "./command_line.ts";

export interface InputFile {
  /** Without its folders. */
  name: string;
  content: ReadableStream<Uint8Array>;
  /** Null for standard input. */
  bytesTotal: number | null;
}

/** Opens it. Throws `InvalidFile` with a sentence that names the whole path. */
export async function openInput(given: string, session: CliSession): Promise<InputFile> {
  if (given === "-") return { name: "standard input", content: Deno.stdin.readable, bytesTotal: null };
  const path = session.resolve(given);
  try {
    const { isFile, isDirectory, size } = await Deno.stat(path);
    if (isDirectory) {
      throw milepostError("InvalidFile", { message: `${path} is a folder. Name a file in it.` });
    }
    const file = await Deno.open(path);
    return { name: basename(path), content: file.readable, bytesTotal: isFile ? size : null };
  } catch (error) {
    const message = sentenceFor(error, path);
    throw message === null ? error : milepostError("InvalidFile", { message, cause: error });
  }
}

function sentenceFor(error: unknown, path: string): string | null {
  if (error instanceof Deno.errors.NotFound) {
    return `There is no file ${path}. Check the name and the folder you are in.`;
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return `You may not read ${path}. Ask its owner for the right to read it, or copy it.`;
  }
  return null;
}
