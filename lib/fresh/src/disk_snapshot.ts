/** Reads the snapshot that `Builder.build()` wrote to `_fresh/`. Nothing is built or checked here, so a start is quick. */
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { contentType } from "./content_type.ts";
import { importFile, islandLoader } from "./load_islands.ts";
import type { Asset, Snapshot } from "./snapshot.ts";
import { styleSheetAddress } from "./style_sheet.ts";

/** The form of `snapshot.json`; another number is another form, and asks for a new build. */
export const snapshotVersion = 1;
export const snapshotFile = "snapshot.json";
export const manifestPath = "/_fresh/manifest.json";

export interface SnapshotJson {
  version: number;
  buildId: string;
  mode: "development" | "production";
  /** Folders relative to that of the snapshot, so that an app may be moved as a whole. */
  routeDir: string;
  staticDir: string;
  routes: { path: string; override?: string }[];
  /** Files with islands, relative to the snapshot's folder, their scripts and what those need. */
  islands: { file: string; module: string; files: string[] }[];
  /** Address to what is served there; the bytes lie below `static/`, and compressed beside them with `.br`. */
  assets: Record<string, { hash: string; immutable?: true; brotli?: true }>;
  /** What the build was made of: file, relative to the snapshot's folder, to hash. */
  inputs: Record<string, string>;
}

export function readSnapshot(folder: string, json: SnapshotJson): Snapshot {
  const below = (path: string) => resolve(folder, path);
  const { buildId, mode } = json;
  const assets = new Map<string, Asset>();
  for (const [path, { hash, immutable = false, brotli }] of Object.entries(json.assets)) {
    const file = join(folder, "static", path);
    assets.set(path, {
      contentType: contentType(path),
      etag: `W/"${hash}"`,
      immutable,
      body: { file },
      brotli: brotli && { file: `${file}.br` },
    });
  }
  const islands = new Map(json.islands.map((island) => [below(island.file), island]));
  const folders = { routeDir: below(json.routeDir), staticDir: below(json.staticDir) };
  return {
    buildId,
    mode,
    routes: json.routes.map(({ path, override }) => ({
      path,
      override,
      load: () => importFile(join(folders.routeDir, path)),
    })),
    scripts: islands.size === 0 ? undefined : {
      folder: `/_fresh/js/${buildId}/`,
      moduleOf: (file) => islands.get(file)!.module,
      filesOf: (file) => islands.get(file)!.files,
    },
    asset: (path) => Promise.resolve(assets.get(path)),
    hasStaticFile: (path) => assets.has(path),
    styleSheet: (route, sheet) => styleSheetAddress(route, sheet, folders, (path) => assets.has(path)),
    ready: islandLoader([...islands.keys()]),
  };
}

/** Where `_fresh/server.js` says which build it belongs to. */
const named = Symbol.for("fresh.snapshot");

/**
 * The build that `_fresh/server.js` names; without one and if `isNeeded`, the one in `_fresh/` of the current folder or of
 * the main module's. Undefined where there is none.
 */
export function findSnapshot(isNeeded: boolean): Snapshot | undefined {
  const given = (globalThis as { [named]?: string })[named];
  const folders = given === undefined ? [] : [fileURLToPath(given)];
  if (given === undefined && isNeeded) {
    folders.push(join(Deno.cwd(), "_fresh"));
    if (Deno.mainModule.startsWith("file:")) {
      folders.push(join(dirname(fileURLToPath(Deno.mainModule)), "_fresh"));
    }
  }
  for (const folder of folders) {
    let text: string;
    try {
      text = Deno.readTextFileSync(join(folder, snapshotFile));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) continue;
      throw error;
    }
    const json: SnapshotJson = JSON.parse(text);
    if (json.version === snapshotVersion) return readSnapshot(folder, json);
    throw new Error(`${folder} was built by another version of this package; build the app again`);
  }
  return undefined;
}
