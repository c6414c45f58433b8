/** A real redis-server of its own behind Upstash's REST form, which is how Milepost speaks to Redis. */

export interface TestRedis {
  url: string;
  token: string;
  /** Runs a command past the REST form. */
  command(...words: string[]): Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts both. Commands come as JSON arrays, answers go as `{"result": …}` or `{"error": …}`. */
export async function startRedis(token = "redis-test-token"): Promise<TestRedis> {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/redis.sock`;
  const server = new Deno.Command("redis-server", {
    args: ["--port", "0", "--unixsocket", path, "--save", "", "--appendonly", "no", "--dir", folder],
    stdin: "null",
    stdout: "null",
    stderr: "inherit",
  }).spawn();
  let connection: RedisConnection;
  for (let tries = 0;; tries++) {
    try {
      connection = new RedisConnection(await Deno.connect({ transport: "unix", path }));
      break;
    } catch (error) {
      if (tries === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  const front = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    if (request.headers.get("authorization") !== `Bearer ${token}`) {
      return Response.json({ error: "Unauthorized" }, { status: 401 });
    }
    try {
      const words: unknown[] = await request.json();
      return Response.json({ result: await connection.command(words.map(String)) });
    } catch (error) {
      return Response.json({ error: (error as Error).message }, { status: 400 });
    }
  });
  return {
    url: `http://127.0.0.1:${front.addr.port}`,
    token,
    command: (...words) => connection.command(words),
    async stop() {
      await front.shutdown();
      connection.close();
      server.kill("SIGTERM");
      await server.status;
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** A connection that speaks RESP2: one command after the other. */
class RedisConnection {
  readonly #connection: Deno.Conn;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #unread = new Uint8Array();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(connection: Deno.Conn) {
    this.#connection = connection;
    this.#reader = connection.readable.getReader();
  }

  command(words: string[]): Promise<unknown> {
    const answer = this.#turn.then(() => this.#run(words));
    this.#turn = answer.catch(() => {});
    return answer;
  }

  close(): void {
    this.#connection.close();
  }

  async #run(words: string[]): Promise<unknown> {
    const encoder = new TextEncoder();
    const parts = words.map((word) => `$${encoder.encode(word).length}\r\n${word}\r\n`);
    let rest = encoder.encode(`*${words.length}\r\n${parts.join("")}`);
    while (rest.length > 0) rest = rest.subarray(await this.#connection.write(rest));
    return await this.#answer();
  }

  async #answer(): Promise<unknown> {
    const line = await this.#take(await this.#lineLength());
    const [kind, text] = [line[0], line.slice(1, -2)];
    if (kind === "-") throw new Error(text);
    if (kind === "+") return text;
    if (kind === ":") return Number(text);
    if (text === "-1") return null;
    if (kind === "$") return (await this.#take(Number(text) + 2)).slice(0, -2);
    const answers = [];
    for (let count = Number(text); count > 0; count--) answers.push(await this.#answer());
    return answers;
  }

  async #lineLength(): Promise<number> {
    for (;;) {
      const end = this.#unread.indexOf(10);
      if (end >= 0) return end + 1;
      await this.#readMore();
    }
  }

  async #take(length: number): Promise<string> {
    while (this.#unread.length < length) await this.#readMore();
    const bytes = this.#unread.subarray(0, length);
    this.#unread = this.#unread.slice(length);
    return new TextDecoder().decode(bytes);
  }

  async #readMore(): Promise<void> {
    const { value, done } = await this.#reader.read();
    if (done) throw new Error("redis-server closed the connection");
    const joined = new Uint8Array(this.#unread.length + value.length);
    joined.set(this.#unread);
    joined.set(value, this.#unread.length);
    this.#unread = joined;
  }
}
