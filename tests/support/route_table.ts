/** Every address that the app answers, read from `routes/` itself, so that a new one joins the tests that walk over all. */
import { fileURLToPath, pathToFileURL } from "node:url";

export interface Route {
  /** As its file says it: `/contracts/[id]/end`. */
  path: string;
  /** The methods that it has a handler for, GET for a page without one. */
  methods: string[];
  /** Below `routes/`. */
  file: string;
}

const root = fileURLToPath(new URL("../../routes", import.meta.url));

/** All routes in the order of their paths. */
export async function listRoutes(): Promise<Route[]> {
  const files = [...filesBelow(root)];
  const routes = await Promise.all(files.map(readRoute));
  return routes.sort((one, other) => one.path < other.path ? -1 : 1);
}

function* filesBelow(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (name.startsWith("_") || name.startsWith("(_")) continue;
    if (isDirectory) yield* filesBelow(`${folder}/${name}`);
    else if (/(?<!_test)\.tsx?$/.test(name)) yield `${folder}/${name}`;
  }
}

async function readRoute(file: string): Promise<Route> {
  const module: { handler?: unknown; default?: unknown } = await import(pathToFileURL(file).href);
  const below = file.slice(root.length + 1);
  const path = `/${below.replace(/\.tsx?$/, "").replace(/\([^)]*\)\//g, "").replace(/(^|\/)index$/, "")}`;
  return { path, methods: methodsOf(module), file: below };
}

function methodsOf({ handler, default: page }: { handler?: unknown; default?: unknown }): string[] {
  if (typeof handler === "function") return ["GET", "POST"];
  const named = handler ? Object.keys(handler) : [];
  return page && !named.includes("GET") && named.length === 0 ? ["GET"] : named;
}
