/** Requests written byte by byte, as no browser or library would write them. */

export interface RawAnswer {
  /** 0 where the connection ended without an answer. */
  status: number;
  headers: Headers;
  /** Everything that came, head included. */
  text: string;
}

/** A connection to write to as one likes. */
export class RawConnection {
  readonly #connection: Deno.TcpConn;

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  static async open(url: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url);
    return new RawConnection(await Deno.connect({ hostname, port: Number(port) }));
  }

  /** Writes all of it; false where the other side has closed meanwhile. */
  async write(text: string): Promise<boolean> {
    let rest = new TextEncoder().encode(text);
    try {
      while (rest.length > 0) rest = rest.subarray(await this.#connection.write(rest));
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe) {
        return false;
      }
      throw error;
    }
  }

  /** Reads one answer, or everything up to the end of the connection (then ask for `connection: close`). */
  async read(toEnd = false): Promise<RawAnswer> {
    const decoder = new TextDecoder();
    const buffer = new Uint8Array(65_536);
    let text = "";
    try {
      for (let count; (count = await this.#connection.read(buffer)) !== null;) {
        text += decoder.decode(buffer.subarray(0, count), { stream: true });
        if (!toEnd && isWhole(text)) break;
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
    }
    return parse(text);
  }

  close(): void {
    this.#connection.close();
  }
}

/** Sends one request as it is and reads the answer, or all answers up to the end of the connection. */
export async function sendRaw(url: string, request: string, toEnd = false): Promise<RawAnswer> {
  const connection = await RawConnection.open(url);
  try {
    await connection.write(request);
    return await connection.read(toEnd);
  } finally {
    connection.close();
  }
}

/** The head of a request that closes its connection: the first line, then lines of header fields. */
export function head(first: string, ...fields: string[]): string {
  return `${[`${first} HTTP/1.1`, "connection: close", ...fields].join("\r\n")}\r\n\r\n`;
}

/** By its length or its last chunk; what has neither ends with the connection. */
function isWhole(text: string): boolean {
  const at = text.indexOf("\r\n\r\n");
  if (at < 0) return false;
  const { headers } = parse(text);
  const length = headers.get("content-length");
  if (length === null) return text.endsWith("\r\n0\r\n\r\n");
  return new TextEncoder().encode(text.slice(at + 4)).length >= Number(length);
}

function parse(text: string): RawAnswer {
  const [head] = text.split("\r\n\r\n", 1);
  const [first, ...lines] = head.split("\r\n");
  const headers = new Headers();
  for (const line of lines) {
    const [name, ...value] = line.split(":");
    headers.append(name, value.join(":").trim());
  }
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1] ?? 0), headers, text };
}
