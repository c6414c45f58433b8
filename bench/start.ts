/** From typing `deno task start` to the first answers, built and with data, beside a server that only says hello. */
import { fileURLToPath } from "node:url";
import { benchDatabase } from "./support/database.ts";
import { type BenchOutcome, median, rounded, say, type Size } from "./support/outcome.ts";

const repeats: Record<Size, number> = { tiny: 1, usual: 5, long: 15 };
const root = fileURLToPath(new URL("..", import.meta.url));
const hello = fileURLToPath(new URL("support/hello_server.ts", import.meta.url));
const askAgainMs = 5;
const longestMs = 60_000;

export async function run(size: Size): Promise<BenchOutcome> {
  if (size !== "tiny") return await measure({}, repeats[size]);
  // A test that runs the benchmark must not start the data of whoever works in this checkout.
  const bench = await benchDatabase();
  try {
    return await measure(bench.settings, repeats.tiny);
  } finally {
    await bench.drop();
  }
}

/** With the embedded Postgres of `start`, unless the settings name another one. */
async function measure(settings: Record<string, string>, times: number): Promise<BenchOutcome> {
  say("The first start builds and migrates; it is not counted.");
  await startProduct(settings);
  const ready: number[] = [], page: number[] = [], floor: number[] = [];
  for (let time = 0; time < times; time++) {
    const product = await startProduct(settings);
    ready.push(product.readyMs);
    page.push(product.pageMs);
    floor.push(await startHello());
    say(
      `ready after ${Math.round(product.readyMs)} ms, sign-in after ${Math.round(product.pageMs)} ms, ` +
        `hello after ${Math.round(floor[time])} ms`,
    );
  }
  return {
    figures: {
      ready_ms: rounded(median(ready)),
      sign_in_ms: rounded(median(page)),
      worst_sign_in_ms: rounded(Math.max(...page)),
      hello_ms: rounded(median(floor)),
    },
    ratios: { ready_of_hello: rounded(median(ready) / median(floor)) },
  };
}

async function startProduct(settings: Record<string, string>) {
  const port = freePort();
  const own = { MILEPOST_PORT: `${port}`, MILEPOST_QUEUE_PATH: ":memory:" };
  return await withServer(["task", "--quiet", "start"], { ...own, ...settings }, async (startMs) => {
    const readyMs = await firstAnswer(`http://127.0.0.1:${port}/health/ready`, startMs);
    return { readyMs, pageMs: await firstAnswer(`http://127.0.0.1:${port}/sign-in`, startMs) };
  });
}

async function startHello(): Promise<number> {
  const port = freePort();
  return await withServer(
    ["run", "--allow-net", hello, `${port}`],
    {},
    (startMs) => firstAnswer(`http://127.0.0.1:${port}/`, startMs),
  );
}

/** Runs a server of Deno while `use` needs it, and waits for its end. */
async function withServer<Result>(
  words: string[],
  settings: Record<string, string>,
  use: (startMs: number) => Promise<Result>,
): Promise<Result> {
  const startMs = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: words,
    cwd: root,
    clearEnv: true,
    env: { ...inherited(), ...settings },
    stdin: "null",
    stdout: "null",
    stderr: "inherit",
  }).spawn();
  let running = true;
  const ended = child.status.then(({ code }) => {
    running = false;
    throw new Error(`deno ${words.join(" ")} ended with code ${code}.`);
  });
  try {
    return await Promise.race([use(startMs), ended]);
  } finally {
    ended.catch(() => {}); // Its end is wanted now.
    if (running) child.kill("SIGTERM");
    await child.status;
  }
}

/** Milliseconds from the start to the first 200. */
async function firstAnswer(url: string, startMs: number): Promise<number> {
  while (performance.now() - startMs < longestMs) {
    try {
      const response = await fetch(url, { redirect: "manual" });
      await response.body?.cancel();
      if (response.status === 200) return performance.now() - startMs;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // Nobody listens yet.
    }
    await new Promise((resolve) => setTimeout(resolve, askAgainMs));
  }
  throw new Error(`${url} did not answer with 200 within ${longestMs / 1000} seconds.`);
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

/** What Deno needs of the environment; settings of the product are left out. */
function inherited(): Record<string, string> {
  const names = ["PATH", "HOME", "DENO_DIR", "LANG"];
  return Object.fromEntries(names.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  }));
}
