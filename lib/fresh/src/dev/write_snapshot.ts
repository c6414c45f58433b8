/** Writes a build to `_fresh/`, or leaves the one that is there where nothing it was made of has changed. */
import { dirname, join, relative } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { isCompressible } from "../content_type.ts";
import { manifestPath, snapshotFile, type SnapshotJson, snapshotVersion } from "../disk_snapshot.ts";
import { type Bundle, bundle, scriptNames } from "./bundle.ts";
import { contentHash } from "./content_hash.ts";
import type { FoundFiles } from "./crawl.ts";
import { manifestOf } from "./manifest.ts";
import type { ResolvedBuildOptions } from "./options.ts";
import { findImportMap } from "./resolve_plugin.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Gives what stands in the output folder after the call. */
export async function writeSnapshot(
  options: ResolvedBuildOptions,
  found: FoundFiles,
  mode: "development" | "production",
): Promise<SnapshotJson> {
  const { outDir, routeDir, staticDir } = options;
  const settings = JSON.stringify([options.target, options.sourceMap, mode, Deno.version.deno]);
  const known = await readCurrent(options, found, settings);
  if (known) return known;

  const statics = new Map<string, Bytes>();
  for (const [path, file] of found.statics) statics.set(path, await Deno.readFile(file));
  const names = scriptNames(found.islands);
  // The scripts know their build, and the build is named after them: the placeholder has the length of a name.
  const placeholder = "__FRESHBUILDID__";
  const made = await bundle(options, names, mode, placeholder);
  const buildId = await nameBuild(made, statics);
  const scripts = new Map<string, Bytes>();
  for (const [name, bytes] of made.files) {
    scripts.set(`/_fresh/js/${buildId}/${name}`, replaced(bytes, placeholder, buildId));
  }

  const relativeTo = (path: string) => relative(outDir, path).replaceAll("\\", "/");
  const inputs: SnapshotJson["inputs"] = { "": settings };
  for (const file of await inputsOf(options, found, made.inputs)) {
    inputs[relativeTo(file)] = await contentHash(await Deno.readFile(file));
  }
  const json: SnapshotJson = {
    version: snapshotVersion,
    buildId,
    mode,
    routeDir: relativeTo(routeDir),
    staticDir: relativeTo(staticDir),
    routes: found.routes.map(({ path, override }) => ({ path, override })),
    islands: [...names].map(([file, module]) => ({
      file: relativeTo(file),
      module,
      files: filesOf(`${module}.js`, made),
    })),
    assets: {},
    inputs,
  };

  const draft = `${outDir}.${crypto.randomUUID().slice(0, 8)}`;
  try {
    const sizes = new Map<string, number>();
    for (const [path, bytes] of [...statics, ...(names.size > 0 ? scripts : [])]) {
      json.assets[path] = await writeAsset(draft, path, bytes, scripts.has(path));
      sizes.set(path, bytes.byteLength);
    }
    const manifest = new TextEncoder().encode(manifestOf(json, sizes));
    json.assets[manifestPath] = await writeAsset(draft, manifestPath, manifest, false);
    await Deno.writeTextFile(join(draft, "server.js"), serverEntry(relativeTo(options.serverEntry)));
    await Deno.writeTextFile(join(draft, snapshotFile), JSON.stringify(json));
    await replaceFolder(draft, outDir);
  } catch (error) {
    await removeFolder(draft);
    throw error;
  }
  return json;
}

/** The build that is there, if it was made of just what would go into a new one. */
async function readCurrent(
  { outDir }: ResolvedBuildOptions,
  found: FoundFiles,
  settings: string,
): Promise<SnapshotJson | undefined> {
  const text = await readIfThere(join(outDir, snapshotFile));
  if (text === undefined) return undefined;
  const json: SnapshotJson = JSON.parse(new TextDecoder().decode(text));
  if (json.version !== snapshotVersion || json.inputs[""] !== settings) return undefined;
  const routes = found.routes.map(({ path, override }) => ({ path, override }));
  if (JSON.stringify(routes) !== JSON.stringify(json.routes)) return undefined;
  const relativeTo = (path: string) => relative(outDir, path).replaceAll("\\", "/");
  const files = [...found.islands, ...found.statics.values()].map(relativeTo);
  if (files.some((file) => json.inputs[file] === undefined)) return undefined;
  const statics = Object.keys(json.assets).filter((path) => !path.startsWith("/_fresh/"));
  if (statics.length !== found.statics.size || json.islands.length !== found.islands.length) return undefined;
  const same = await Promise.all(
    Object.entries(json.inputs).filter(([file]) => file !== "").map(async ([file, hash]) => {
      const bytes = await readIfThere(join(outDir, file));
      return bytes !== undefined && await contentHash(bytes) === hash;
    }),
  );
  return same.every(Boolean) ? json : undefined;
}

/** Everything a build depends on: what was bundled, the files with islands, static files and the import map. */
async function inputsOf(
  options: ResolvedBuildOptions,
  found: FoundFiles,
  bundled: string[],
): Promise<string[]> {
  const { file } = await findImportMap(options.root);
  return [...new Set([...bundled, ...found.islands, ...found.statics.values(), ...(file ? [file] : [])])]
    .sort();
}

async function nameBuild(made: Bundle, statics: Map<string, Bytes>): Promise<string> {
  const lines: string[] = [];
  for (const [name, bytes] of [...made.files, ...statics].sort(([a], [b]) => a < b ? -1 : 1)) {
    lines.push(name, await contentHash(bytes));
  }
  return await contentHash(new TextEncoder().encode(lines.join("\n")));
}

function replaced(bytes: Bytes, placeholder: string, buildId: string): Bytes {
  const text = new TextDecoder().decode(bytes);
  return new TextEncoder().encode(text.replaceAll(placeholder, buildId));
}

/** A script and all it imports, so that a page can ask for them at once. */
function filesOf(script: string, { imports }: Bundle): string[] {
  const files = new Set([script]);
  for (const file of files) for (const imported of imports.get(file) ?? []) files.add(imported);
  return [...files];
}

async function writeAsset(
  folder: string,
  path: string,
  bytes: Bytes,
  immutable: boolean,
): Promise<SnapshotJson["assets"][string]> {
  const file = join(folder, "static", path);
  await Deno.mkdir(dirname(file), { recursive: true });
  await Deno.writeFile(file, bytes);
  const asset: SnapshotJson["assets"][string] = { hash: await contentHash(bytes) };
  if (immutable) asset.immutable = true;
  if (isCompressible(path)) {
    const compressed = brotliCompressSync(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.byteLength,
      },
    });
    if (compressed.byteLength < bytes.byteLength) {
      await Deno.writeFile(`${file}.br`, new Uint8Array(compressed));
      asset.brotli = true;
    }
  }
  return asset;
}

/** For `deno serve _fresh/server.js`, as upstream has it. */
function serverEntry(entry: string): string {
  return `// Made by the build: serves the app with the files of this folder.
globalThis[Symbol.for("fresh.snapshot")] = new URL("./", import.meta.url).href;
const { app } = await import(${JSON.stringify(entry.startsWith(".") ? entry : `./${entry}`)});
export default { fetch: app.handler() };
`;
}

/** Puts a finished folder in the place of another one; whoever was quicker wins. */
async function replaceFolder(draft: string, target: string): Promise<void> {
  for (let attempt = 0;; attempt++) {
    await removeFolder(target);
    try {
      return await Deno.rename(draft, target);
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}

async function removeFolder(folder: string): Promise<void> {
  try {
    await Deno.remove(folder, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function readIfThere(file: string): Promise<Bytes | undefined> {
  try {
    return await Deno.readFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
