/** Finds the routes, islands and static files of an app. */
import { join, relative, sep } from "node:path";
import { isIslandFile, isRouteFile } from "../file_routes.ts";
import type { ResolvedBuildOptions } from "./options.ts";

export interface FoundRoute {
  /** Path below the routes folder, with forward slashes. */
  path: string;
  file: string;
  override?: string;
}

export interface FoundFiles {
  routes: FoundRoute[];
  /** Full paths of the files that hold islands. */
  islands: string[];
  /** Address (with a leading slash) to full path. */
  statics: Map<string, string>;
}

export async function crawl(
  options: ResolvedBuildOptions,
  registered: readonly string[],
): Promise<FoundFiles> {
  const { routeDir, islandDir, staticDir, ignore } = options;
  const found: FoundFiles = { routes: [], islands: [...registered], statics: new Map() };
  for (const file of await filesIn(routeDir, ignore)) {
    const path = below(routeDir, file);
    if (/(?:^|\/)\(_islands\)\//.test(path)) {
      if (isIslandFile(path)) found.islands.push(file);
    } else if (isRouteFile(path)) {
      found.routes.push({ path, file, override: overrideIn(await Deno.readTextFile(file), path) });
    }
  }
  for (const file of await filesIn(islandDir, ignore)) {
    if (isIslandFile(file)) found.islands.push(file);
  }
  for (const file of await filesIn(staticDir, ignore)) {
    found.statics.set(`/${below(staticDir, file)}`, file);
  }
  return found;
}

function below(folder: string, file: string): string {
  return relative(folder, file).split(sep).join("/");
}

/** Every file below a folder in a fixed order; none where the folder does not exist. */
async function filesIn(folder: string, ignore: readonly RegExp[]): Promise<string[]> {
  const found: string[] = [];
  let entries: Deno.DirEntry[];
  try {
    entries = await Array.fromAsync(Deno.readDir(folder));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
  for (const { name } of entries.sort((a, b) => a.name < b.name ? -1 : 1)) {
    const path = join(folder, name);
    if (
      name.startsWith(".") && name !== ".well-known" ||
      ignore.some((pattern) => pattern.test(path))
    ) continue;
    const { isDirectory, isFile } = await Deno.stat(path);
    if (isDirectory) found.push(...await filesIn(path, ignore));
    else if (isFile) found.push(path);
  }
  return found;
}

/** The pattern of `routeOverride`, read from the text so that routes stay unloaded until they are asked for. */
function overrideIn(text: string, path: string): string | undefined {
  if (!/\brouteOverride\b/.test(text)) return undefined;
  const literal = /\brouteOverride\s*:\s*(["'`])((?:\\.|(?!\1)[^\\])*)\1/.exec(text);
  if (literal === null || (literal[1] === "`" && literal[2].includes("${"))) {
    throw new Error(
      `routes/${path}: routeOverride must be written as a plain string, as in routeOverride: "/a/:b"`,
    );
  }
  return literal[2].replace(/\\(.)/g, "$1");
}
