/** Development: one process watches the files and restarts another one, which serves the app and tells open pages. */
import { join, relative, sep } from "node:path";
import { type App, type ListenOptions, setSnapshot } from "../app.ts";
import type { Snapshot } from "../snapshot.ts";
import { reloadScript } from "./live_reload.ts";
import type { ResolvedBuildOptions } from "./options.ts";

const mark = "FRESH_DEVELOPMENT_SERVER";
const liveReload = "/_fresh/dev/reload.js";
const alive = "/_fresh/dev/alive";

/** Whether this is the process that serves. */
export function isSupervised(): boolean {
  return Deno.env.get(mark) !== undefined;
}

/** Starts this program again as the serving process, and once more after every change. Ends with the process. */
export async function supervise(options: ResolvedBuildOptions): Promise<never> {
  let child = start();
  const end = async () => {
    stop(child);
    await child.status;
    Deno.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, end);

  const changes = watch(options);
  let change = changes.next();
  while (true) {
    const first = await Promise.race([change, child.status]);
    if ("code" in first) console.error("The server has stopped. It starts again when a file changes.");
    const { value } = await change;
    change = changes.next();
    console.info(`${value} has changed, so the server starts again.`);
    stop(child);
    await child.status;
    child = start();
  }
}

function start(): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", Deno.mainModule, ...Deno.args],
    env: { [mark]: crypto.randomUUID() },
    stdin: "piped",
  }).spawn();
}

/** Ends this process with the one that watches: what that one holds of standard input is closed when it is gone. */
async function endWithSupervisor(): Promise<void> {
  await Deno.stdin.readable.pipeTo(new WritableStream());
  Deno.exit(0);
}

/** Asks a process to end, and ends it if it has not after half a second. */
function stop(child: Deno.ChildProcess): void {
  signal(child, "SIGTERM");
  const timer = setTimeout(() => signal(child, "SIGKILL"), 500);
  child.status.finally(() => clearTimeout(timer));
}

function signal(child: Deno.ChildProcess, name: Deno.Signal): void {
  try {
    child.kill(name);
  } catch (error) {
    // It has ended by itself.
    if (!(error instanceof TypeError) && !(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Yields the file that changed; changes that follow at once belong to it. */
async function* watch({ root, outDir, ignore }: ResolvedBuildOptions): AsyncGenerator<string, void> {
  while (true) {
    // Only the folders that count are watched: node_modules alone would be thousands.
    const folders = Array.from(Deno.readDirSync(root)).filter((entry) =>
      entry.isDirectory && counts(entry.name)
    )
      .map(({ name }) => join(root, name)).filter((folder) => folder !== outDir);
    const watchers = [
      Deno.watchFs(root, { recursive: false }),
      ...folders.map((folder) => Deno.watchFs(folder)),
    ];
    try {
      const changed = await firstChange(watchers, (path) => {
        const parts = relative(root, path).split(sep);
        return parts.every(counts) && !path.startsWith(outDir) && !/_test\.\w+$/.test(path) &&
          !ignore.some((pattern) => pattern.test(path));
      });
      await new Promise((resolve) => setTimeout(resolve, 30));
      yield relative(root, changed);
    } finally {
      for (const watcher of watchers) watcher.close();
    }
  }
}

function counts(name: string): boolean {
  return name !== "" && !name.startsWith(".") && name !== "node_modules" && !name.endsWith("~");
}

function firstChange(watchers: Deno.FsWatcher[], isWanted: (path: string) => boolean): Promise<string> {
  const first = async (watcher: Deno.FsWatcher): Promise<string> => {
    for await (const { kind, paths } of watcher) {
      const path = kind === "access" || kind === "other" ? undefined : paths.find(isWanted);
      if (path !== undefined) return path;
    }
    return await new Promise(() => {});
  };
  return Promise.race(watchers.map(first));
}

/** Serves the app in this process, with the addresses that open pages reload by. */
export async function serveDevelopment<State>(
  snapshot: Promise<Snapshot>,
  importApp: () => Promise<{ app: App<State> } | App<State>>,
  options: ListenOptions,
): Promise<void> {
  const [made, imported] = await Promise.all([snapshot, importApp()]);
  const app = "app" in imported ? imported.app : imported;
  const processId = Deno.env.get(mark)!;
  setSnapshot(app, { ...made, liveReload: `${liveReload}?${processId}` });
  const handler = app.handler();
  const { basePath } = app.config;
  await made.ready();
  const port = options.port ?? 8000;
  endWithSupervisor();
  const server = Deno.serve({ ...options, port }, async (request, info) => {
    const { pathname } = new URL(request.url);
    if (pathname === basePath + alive) return sayAlive(processId);
    if (pathname === basePath + liveReload) return reloadScript();
    return await handler(request, info);
  });
  await server.finished;
}

/** Tells the process's name and then nothing, until the process ends. */
function sayAlive(processId: string): Response {
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode(`data: ${processId}\n\n`)),
  });
  return new Response(body, {
    headers: { "content-type": "text/event-stream", "cache-control": "no-store" },
  });
}
