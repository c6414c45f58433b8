/** A snapshot that lives in this process: for tests and development. Files are read where they lie. */
import { dirname, join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { contentType } from "../content_type.ts";
import { registerIslands } from "../render/island_registry.ts";
import { asset } from "../runtime/asset.ts";
import type { Asset, ClientScripts, RouteFile, Snapshot } from "../snapshot.ts";
import { type Bundle, bundle, scriptNames } from "./bundle.ts";
import { contentHash } from "./content_hash.ts";
import type { FoundFiles } from "./crawl.ts";
import type { ResolvedBuildOptions } from "./options.ts";

export async function memorySnapshot(
  options: ResolvedBuildOptions,
  found: FoundFiles,
  mode: "development" | "production",
): Promise<Snapshot> {
  const assets = new Map<string, Asset>();
  const hashes: string[] = [];
  for (const [path, file] of found.statics) {
    const hash = await contentHash(await Deno.readFile(file));
    hashes.push(path, hash);
    assets.set(path, {
      contentType: contentType(path),
      etag: `W/"${hash}"`,
      immutable: false,
      body: { file },
    });
  }
  for (const file of found.islands) hashes.push(file, await contentHash(await Deno.readFile(file)));
  const buildId = await contentHash(new TextEncoder().encode(hashes.join("\n")));

  const names = scriptNames(found.islands);
  const folder = `/_fresh/js/${buildId}/`;
  let bundling: Promise<Bundle> | undefined;
  const script = async (name: string): Promise<Asset | undefined> => {
    const bytes = (await (bundling ??= bundle(options, names, mode, buildId))).files.get(name);
    if (bytes === undefined) return undefined;
    const etag = `W/"${await contentHash(bytes)}"`;
    return { contentType: contentType(name), etag, immutable: true, body: { bytes } };
  };
  const scripts: ClientScripts = {
    folder,
    moduleOf: (file) => names.get(file)!,
    filesOf: (file) => [`${names.get(file)}.js`],
  };

  return {
    buildId,
    mode,
    scripts: found.islands.length > 0 ? scripts : undefined,
    routes: found.routes.map(({ path, file, override }): RouteFile => ({
      path,
      override,
      load: () => importFile(file),
    })),
    asset: async (path) =>
      path.startsWith(folder) ? await script(path.slice(folder.length)) : assets.get(path),
    hasStaticFile: (path) => assets.has(path),
    styleSheet: (route, sheet) => {
      if (sheet.startsWith("/")) return asset(sheet);
      const file = join(options.routeDir, dirname(route), sheet);
      const path = `/${relative(options.staticDir, file).split(sep).join("/")}`;
      if (assets.has(path)) return asset(path);
      throw new Error(`routes/${route}: the style sheet "${sheet}" is not a file in ${options.staticDir}`);
    },
    ready: loadIslands(found.islands),
  };
}

function importFile(file: string): Promise<Record<string, unknown>> {
  return import(pathToFileURL(file).href);
}

/** Loads every file with islands once, so that their components are recognised in every page. */
export function loadIslands(files: readonly string[]): () => Promise<void> {
  let loading: Promise<unknown> | undefined;
  return async () => {
    await (loading ??= Promise.all(files.map(async (file) => registerIslands(file, await importFile(file)))));
  };
}
