/** What a Builder is told, and the same with all paths resolved. */
import { isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";

export interface BuildOptions {
  /** Browsers to build for, as esbuild's `target`; default: those that have `Temporal`-free ES2022. */
  target?: string | string[];
  /** Folder that the other paths start from; a path or a `file:` URL; default `Deno.cwd()`. */
  root?: string;
  /** Default `main.ts`. */
  serverEntry?: string;
  /** Where a build is written; default `_fresh`. */
  outDir?: string;
  /** Default `static`. */
  staticDir?: string;
  /** Default `islands`. */
  islandDir?: string;
  /** Default `routes`. */
  routeDir?: string;
  /** Files to leave out, by their full path. */
  ignore?: RegExp[];
  /** Source maps of a production build; development always has them. */
  sourceMap?: {
    kind?: boolean | "linked" | "inline" | "external" | "both";
    sourceRoot?: string;
    sourcesContent?: boolean;
  };
}

export interface ResolvedBuildOptions extends Required<Omit<BuildOptions, "sourceMap">> {
  sourceMap: BuildOptions["sourceMap"];
}

export function toPath(given: string): string {
  return given.startsWith("file:") ? fileURLToPath(given) : given;
}

export function resolveOptions(options: BuildOptions): ResolvedBuildOptions {
  const root = toPath(options.root ?? Deno.cwd());
  const resolve = (given: string | undefined, byDefault: string) => {
    const path = toPath(given ?? byDefault);
    return isAbsolute(path) ? path : join(root, path);
  };
  return {
    target: options.target ?? ["es2022"],
    root,
    serverEntry: resolve(options.serverEntry, "main.ts"),
    outDir: resolve(options.outDir, "_fresh"),
    staticDir: resolve(options.staticDir, "static"),
    islandDir: resolve(options.islandDir, "islands"),
    routeDir: resolve(options.routeDir, "routes"),
    ignore: options.ignore ?? [],
    sourceMap: options.sourceMap,
  };
}
