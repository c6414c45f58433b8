/** A small app in a folder of its own, set up as a real one is, for starting it as a real one is started. */
import { fileURLToPath } from "node:url";
import { join } from "node:path";

const library = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
const versions: Record<string, string> =
  JSON.parse(await Deno.readTextFile(join(library, "deno.json"))).imports;

const files: Record<string, string> = {
  "deno.json": JSON.stringify({
    links: [library],
    nodeModulesDir: "auto",
    lock: false,
    imports: {
      "fresh": "jsr:@fresh/core@^2.3",
      "preact": versions.preact,
      "@preact/signals": versions["@preact/signals"],
      "@/": "./",
    },
    compilerOptions: {
      jsx: "precompile",
      jsxImportSource: "preact",
      jsxPrecompileSkipElements: [
        "a",
        "img",
        "source",
        "body",
        "html",
        "head",
        "title",
        "meta",
        "script",
        "link",
        "style",
      ],
    },
  }),
  "main.ts": `import { App, staticFiles } from "fresh";
export const app = new App()
  .use(async (ctx) => {
    const response = await ctx.next();
    response.headers.set("content-security-policy", "default-src 'self'; require-trusted-types-for 'script'");
    return response;
  })
  .use(staticFiles())
  .fsRoutes();
if (import.meta.main) await app.listen({ port: Number(Deno.env.get("PORT")), hostname: "127.0.0.1" });
`,
  "dev.ts": `import { Builder } from "fresh/dev";
const builder = new Builder({ root: import.meta.dirname });
if (Deno.args.includes("build")) await builder.build();
else await builder.listen(() => import("./main.ts"), { port: Number(Deno.env.get("PORT")), hostname: "127.0.0.1" });
`,
  "routes/_app.tsx":
    `export default ({ Component }) => <html lang="en"><head><title>Project</title></head><body><Component /></body></html>;
`,
  "routes/index.tsx": `import Counter from "../islands/Counter.tsx";
import { asset } from "fresh/runtime";
export default () => <main><h1>First</h1><Counter start={1} /><a href={asset("/notes.txt")}>notes</a></main>;
`,
  "routes/fails.tsx": `export default () => { throw new Error("secret detail"); };
`,
  "routes/(_islands)/Later.tsx": `import { useSignal } from "@preact/signals";
import { word } from "@/words.ts";
export const config = { hydrate: "idle" };
export default function Later() {
  const count = useSignal(0);
  return <button type="button" id="later" onClick={() => count.value++}>{word} {count}</button>;
}
`,
  "routes/later.tsx": `import Later from "./(_islands)/Later.tsx";
export default () => <main><Later /></main>;
`,
  "islands/Counter.tsx": `import { useSignal } from "@preact/signals";
import { word } from "@/words.ts";
export default function Counter({ start }: { start: number }) {
  const count = useSignal(start);
  return <button type="button" id="counter" onClick={() => count.value++}>{word} {count}</button>;
}
`,
  "words.ts": `export const word = "count";
`,
  "static/notes.txt": "a line of notes\n".repeat(100),
  "static/dot.png": "not compressible",
};

export interface Project {
  folder: string;
  write(file: string, text: string): Promise<void>;
  /** Runs a program of the project to its end. */
  run(...args: string[]): Promise<{ code: number; output: string }>;
  /** Starts a program that serves on a port of its own (`PORT`) and waits until it answers. */
  start(...args: string[]): Promise<RunningProgram>;
  remove(): Promise<void>;
}

export interface RunningProgram {
  url: string;
  /** Waits until it has printed something like that. */
  printed(pattern: RegExp): Promise<void>;
  /** Ends it and gives what it printed. */
  stop(signal?: Deno.Signal): Promise<string>;
}

export async function newProject(): Promise<Project> {
  const folder = await Deno.makeTempDir({ prefix: "fresh-project-" });
  const write = async (file: string, text: string) => {
    await Deno.mkdir(join(folder, file, ".."), { recursive: true });
    await Deno.writeTextFile(join(folder, file), text);
  };
  for (const [file, text] of Object.entries(files)) await write(file, text);

  const command = (args: string[], env: Record<string, string> = {}) =>
    new Deno.Command(Deno.execPath(), {
      args,
      cwd: folder,
      env: { NO_COLOR: "1", ...env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    });

  return {
    folder,
    write,
    async run(...args) {
      const { code, stdout, stderr } = await command(args).output();
      const decoder = new TextDecoder();
      return { code, output: decoder.decode(stdout) + decoder.decode(stderr) };
    },
    async start(...args) {
      const port = String(freePort());
      const url = `http://127.0.0.1:${port}`;
      const child = command(args.map((each) => each === "PORT" ? port : each), { PORT: port }).spawn();
      let output = "";
      const collect = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
        for await (const text of stream.pipeThrough(new TextDecoderStream())) output += text;
      };
      const outputs = Promise.all([collect(child.stdout), collect(child.stderr)]);
      const ended = child.status.then(() => true);
      while (!(await answers(url))) {
        if (await Promise.race([ended, new Promise((resolve) => setTimeout(() => resolve(false), 20))])) {
          await outputs;
          throw new Error(`${args.join(" ")} ended before it served:\n${output}`);
        }
      }
      return {
        url,
        async printed(pattern) {
          while (!pattern.test(output)) await new Promise((resolve) => setTimeout(resolve, 20));
        },
        async stop(signal = "SIGTERM") {
          child.kill(signal);
          await child.status;
          await outputs;
          return output;
        },
      };
    },
    remove: () => Deno.remove(folder, { recursive: true }),
  };
}

function freePort(): number {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  listener.close();
  return listener.addr.port;
}

/** Whether something serves there. */
export async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url)).body?.cancel();
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
