/** Reads a form that carries a file (multipart/form-data, RFC 7578) as a stream: fields are kept, the file is passed on piece by piece. */
import { Buffer } from "node:buffer";
import { milepostError } from "../core/errors.ts";

/** The file of a form, while it comes in. */
export interface IncomingFile {
  field: string;
  name: string;
  content: AsyncIterable<Uint8Array>;
}

const lineEnd = Buffer.from("\r\n");
const headEnd = Buffer.from("\r\n\r\n");
const longestHeadBytes = 8_192;
/** Of a field that is no file. */
const longestFieldBytes = 65_536;
/** The forms that carry a file have a handful. */
const mostParts = 100;

/**
 * Gives the fields of the form; `takeFile` is awaited for each file in it, and need not read it to its end. Holds no
 * more than a piece of the body.
 * Throws `MalformedRequest`.
 */
export async function readMultipart(
  body: AsyncIterable<Uint8Array>,
  contentType: string,
  takeFile: (file: IncomingFile, fieldsBefore: ReadonlyMap<string, string>) => Promise<void>,
): Promise<Map<string, string>> {
  const parts = new PartReader(body, boundaryOf(contentType));
  const fields = new Map<string, string>();
  for (let count = 0; await parts.next(); count++) {
    if (count === mostParts) throw malformed("It has too many parts.");
    const { name, fileName } = describePart(await parts.head());
    const content = parts.content();
    if (fileName === undefined) fields.set(name, await readField(content));
    else await takeFile({ field: name, name: fileName, content }, fields);
  }
  return fields;
}

function boundaryOf(contentType: string): string {
  const found = /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i
    .exec(contentType);
  if (!found) throw malformed("It is no form with a file.");
  return found[1] ?? found[2];
}

function describePart(head: string): { name: string; fileName?: string } {
  const disposition = /^content-disposition:\s*form-data\s*;(.*)$/im.exec(head)?.[1];
  const name = disposition && /(?:^|;)\s*name="([^"]*)"/i.exec(disposition)?.[1];
  if (disposition === undefined || name === undefined) throw malformed("A part of the form has no name.");
  const fileName = /;\s*filename="([^"]*)"/i.exec(disposition)?.[1];
  return { name: unescape(name), ...(fileName === undefined ? {} : { fileName: unescape(fileName) }) };
}

/** Browsers write these three so, and nothing else (HTML, "multipart form data"). */
function unescape(value: string): string {
  return value.replace(/%22/g, '"').replace(/%0D/gi, "\r").replace(/%0A/gi, "\n");
}

async function readField(content: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of content) {
    bytes += piece.length;
    if (bytes > longestFieldBytes) throw malformed("A field of the form is too long.");
    pieces.push(piece);
  }
  return new TextDecoder().decode(Buffer.concat(pieces));
}

function malformed(why: string): Error {
  return milepostError("MalformedRequest", { message: `The form could not be read. ${why} Send it again.` });
}

/** Walks over the parts of a body: `next`, `head`, `content`, and again. */
class PartReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #delimiter: Buffer;
  /** What has come and was not passed on. The first delimiter has no line end before it, so one is put there. */
  #held: Buffer = lineEnd;

  constructor(body: AsyncIterable<Uint8Array>, boundary: string) {
    this.#chunks = body[Symbol.asyncIterator]();
    this.#delimiter = Buffer.from(`\r\n--${boundary}`);
  }

  /** Goes behind the next delimiter; false behind the last one. What stands before the first is passed over. */
  async next(): Promise<boolean> {
    for await (const _before of this.content());
    this.#held = this.#held.subarray(this.#delimiter.length);
    while (this.#held.length < lineEnd.length) await this.#more();
    const mark = this.#held.subarray(0, lineEnd.length);
    if (mark.equals(Buffer.from("--"))) return false;
    if (!mark.equals(lineEnd)) throw malformed("Its parts do not end where they should.");
    return true;
  }

  /** The head of a part, whose lines each end with a line end. */
  async head(): Promise<string> {
    let at = this.#held.indexOf(headEnd);
    while (at < 0) {
      if (this.#held.length > longestHeadBytes) throw malformed("The head of a part is too long.");
      await this.#more();
      at = this.#held.indexOf(headEnd);
    }
    const head = this.#held.toString("utf8", lineEnd.length, at);
    this.#held = this.#held.subarray(at + headEnd.length);
    return head;
  }

  /** The bytes up to the next delimiter, which stays where it is: read again, there are none. */
  async *content(): AsyncGenerator<Uint8Array> {
    let at = this.#held.indexOf(this.#delimiter);
    while (at < 0) {
      const certain = this.#held.length - this.#delimiter.length + 1; // A delimiter may begin behind these.
      if (certain > 0) {
        const piece = this.#held.subarray(0, certain);
        this.#held = this.#held.subarray(certain);
        yield piece;
      }
      await this.#more();
      at = this.#held.indexOf(this.#delimiter);
    }
    const piece = this.#held.subarray(0, at);
    this.#held = this.#held.subarray(at);
    if (piece.length > 0) yield piece;
  }

  async #more(): Promise<void> {
    const { done, value } = await this.#chunks.next();
    if (done) throw malformed("It was cut off.");
    this.#held = this.#held.length === 0
      ? Buffer.from(value.buffer, value.byteOffset, value.length)
      : Buffer.concat([this.#held, value]);
  }
}
