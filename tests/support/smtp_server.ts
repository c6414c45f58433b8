/** A mail server for tests: speaks SMTP (RFC 5321) over TCP, keeps what it gets, and fails at the point it is told. */
import { Buffer } from "node:buffer";

/** What it does instead of taking the message. */
export type Misbehaviour =
  /** Hangs up before it greets. */
  | { at: "greeting" }
  /** Gives this reply to the recipient, to DATA, or to the end of the message. */
  | { at: "recipient" | "data" | "end"; reply: string }
  /** Hangs up in the middle of the message, or after its end without a reply. */
  | { at: "middle" | "silence" };

export interface ReceivedMail {
  from: string;
  to: string[];
  /** As it came, with its header. */
  source: string;
}

export interface SmtpServer {
  /** `smtp://127.0.0.1:<port>` */
  url: string;
  port: number;
  /** What it said yes to. */
  accepted: ReceivedMail[];
  /** What arrived whole, whatever it answered. */
  arrived: ReceivedMail[];
  /** User and password of the last sign-in. */
  signedIn?: string;
  misbehaviour?: Misbehaviour;
  stop(): Promise<void>;
}

export function startSmtpServer(): SmtpServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const open = new Set<Deno.Conn>();
  const server: SmtpServer = {
    url: `smtp://127.0.0.1:${port}`,
    port,
    accepted: [],
    arrived: [],
    async stop() {
      listener.close();
      for (const connection of open) connection.close();
      await accepting;
    },
  };
  const accepting = (async () => {
    const talks: Promise<void>[] = [];
    for await (const connection of listener) {
      open.add(connection);
      talks.push(
        new Conversation(server, connection).run().catch((error) => {
          if (!isHungUp(error)) throw error;
        }).finally(() => {
          if (open.delete(connection)) connection.close();
        }),
      );
    }
    await Promise.all(talks);
  })();
  return server;
}

/** Either side may hang up at any time. */
function isHungUp(error: unknown): boolean {
  return error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted ||
    error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe;
}

class Conversation {
  readonly #server: SmtpServer;
  readonly #connection: Deno.Conn;
  #mail: ReceivedMail = { from: "", to: [], source: "" };
  #rest = "";

  constructor(server: SmtpServer, connection: Deno.Conn) {
    this.#server = server;
    this.#connection = connection;
  }

  async run(): Promise<void> {
    if (this.#server.misbehaviour?.at === "greeting") return;
    await this.#say("220 fake.test ESMTP");
    while (true) {
      const line = await this.#readTo("\r\n");
      if (line === undefined || !await this.#answer(line)) return;
    }
  }

  /** False to hang up. */
  async #answer(line: string): Promise<boolean> {
    const { misbehaviour } = this.#server;
    const verb = line.slice(0, 4).toUpperCase();
    switch (verb) {
      case "EHLO":
        return await this.#say("250-fake.test", "250-8BITMIME", "250 AUTH PLAIN");
      case "AUTH":
        this.#server.signedIn = Buffer.from(line.split(" ")[2], "base64").toString().replaceAll("\0", " ")
          .trim();
        return await this.#say("235 welcome");
      case "MAIL":
        this.#mail = { from: addressIn(line), to: [], source: "" };
        return await this.#say("250 OK");
      case "RCPT":
        if (misbehaviour?.at === "recipient") return await this.#say(misbehaviour.reply);
        this.#mail.to.push(addressIn(line));
        return await this.#say("250 OK");
      case "DATA":
        return await this.#takeMessage();
      case "QUIT":
        await this.#say("221 bye");
        return false;
      default:
        return await this.#say("502 not here");
    }
  }

  async #takeMessage(): Promise<boolean> {
    const { misbehaviour, accepted, arrived } = this.#server;
    if (misbehaviour?.at === "data") return await this.#say(misbehaviour.reply);
    await this.#say("354 go on");
    if (misbehaviour?.at === "middle") return false;
    const source = await this.#readTo("\r\n.\r\n");
    if (source === undefined) return false;
    const mail = { ...this.#mail, source: source.replace(/^\.\./gm, ".") };
    arrived.push(mail);
    if (misbehaviour?.at === "silence") return false;
    if (misbehaviour?.at === "end") return await this.#say(misbehaviour.reply);
    accepted.push(mail);
    return await this.#say(`250 OK queued as ${accepted.length}`);
  }

  async #say(...lines: string[]): Promise<true> {
    const bytes = new TextEncoder().encode(lines.map((line) => `${line}\r\n`).join(""));
    for (let sent = 0; sent < bytes.length;) sent += await this.#connection.write(bytes.subarray(sent));
    return true;
  }

  /** What comes before the mark; undefined when the other side hung up first. */
  async #readTo(mark: string): Promise<string | undefined> {
    const buffer = new Uint8Array(65_536);
    while (!this.#rest.includes(mark)) {
      const count = await this.#connection.read(buffer);
      if (count === null) return undefined;
      this.#rest += Buffer.from(buffer.subarray(0, count)).toString("latin1");
    }
    const end = this.#rest.indexOf(mark);
    const text = this.#rest.slice(0, end);
    this.#rest = this.#rest.slice(end + mark.length);
    return text;
  }
}

function addressIn(line: string): string {
  return /<([^>]*)>/.exec(line)?.[1] ?? "";
}
