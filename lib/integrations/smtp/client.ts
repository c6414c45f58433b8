/** One conversation with a mail server by SMTP (RFC 5321): connect, sign in, hand a message over, leave. */
import { Readable } from "node:stream";
import SMTPConnection from "nodemailer/lib/smtp-connection";

export interface SmtpServer {
  host: string;
  port: number;
  /** TLS from the first byte; otherwise STARTTLS where the server offers it. */
  secure: boolean;
  /** No word of a password goes out unencrypted. */
  requireTls: boolean;
  credentials?: { user: string; password: string };
}

export interface Envelope {
  from: string;
  to: string;
}

/** What went wrong in the conversation, and how far it had come. */
export class SmtpError extends Error {
  override readonly name = "SmtpError";

  constructor(
    message: string,
    /** The server's reply, such as 550; left out when it gave none. */
    readonly replyCode: number | undefined,
    /** The last byte of the message had left, so the server may have taken it. */
    readonly isHandedOver: boolean,
    options: { cause: unknown },
  ) {
    super(message, options);
  }
}

const connectMs = 20_000;
const silenceMs = 60_000;
const pieceBytes = 16_384;

/** Hands one message over and gives the server's reply. Throws an `SmtpError`. */
export async function handOver(server: SmtpServer, envelope: Envelope, message: Uint8Array): Promise<string> {
  const connection = new SMTPConnection({
    host: server.host,
    port: server.port,
    secure: server.secure,
    requireTLS: server.requireTls,
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    socketTimeout: silenceMs,
  });
  const source = Readable.from(piecesOf(message), { objectMode: false });
  let isHandedOver = false;
  source.once("end", () => isHandedOver = true);
  try {
    return await converse(connection, server, envelope, source);
  } catch (error) {
    const { message, responseCode } = error as Error & { responseCode?: number };
    throw new SmtpError(message, responseCode, isHandedOver, { cause: error });
  } finally {
    connection.close();
  }
}

/** In pieces, so that the last one leaves only when the server has taken most of the others. */
function* piecesOf(message: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < message.length; start += pieceBytes) {
    yield message.subarray(start, start + pieceBytes);
  }
}

async function converse(
  connection: SMTPConnection,
  { credentials }: SmtpServer,
  envelope: Envelope,
  source: Readable,
): Promise<string> {
  return await new Promise((resolve, reject) => {
    // Not once: an error after the end of the conversation would otherwise end the process.
    connection.on("error", reject);
    const send = () =>
      connection.send({ from: envelope.from, to: [envelope.to] }, source, (error, info) => {
        if (error) return reject(error);
        connection.quit();
        resolve(info.response ?? "");
      });
    connection.connect((error) => {
      if (error) return reject(error);
      if (!credentials) return send();
      const { user, password: pass } = credentials;
      connection.login({ credentials: { user, pass } }, (error) => error ? reject(error) : send());
    });
  });
}
