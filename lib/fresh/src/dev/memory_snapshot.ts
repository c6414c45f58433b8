/** A snapshot that lives in this process, for tests and development: files are read where they lie, scripts made on demand. */
import { contentType } from "../content_type.ts";
import { manifestPath } from "../disk_snapshot.ts";
import { importFile, islandLoader } from "../load_islands.ts";
import type { Asset, Snapshot } from "../snapshot.ts";
import { styleSheetAddress } from "../style_sheet.ts";
import { bundle, scriptNames } from "./bundle.ts";
import { contentHash } from "./content_hash.ts";
import type { FoundFiles } from "./crawl.ts";
import { manifestOf } from "./manifest.ts";
import type { ResolvedBuildOptions } from "./options.ts";

export async function memorySnapshot(
  options: ResolvedBuildOptions,
  found: FoundFiles,
  mode: "development" | "production",
): Promise<Snapshot> {
  const assets = new Map<string, Asset>();
  const listed: Record<string, { hash: string }> = {};
  const sizes = new Map<string, number>();
  const hashes: string[] = [mode];
  for (const [path, file] of found.statics) {
    const bytes = await Deno.readFile(file);
    const hash = await contentHash(bytes);
    hashes.push(path, hash);
    listed[path] = { hash };
    sizes.set(path, bytes.byteLength);
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

  let making: Promise<Map<string, Asset>> | undefined;
  const makeScripts = async () => {
    const scripts = new Map<string, Asset>();
    const add = async (path: string, bytes: Uint8Array<ArrayBuffer>, immutable: boolean) => {
      const hash = await contentHash(bytes);
      scripts.set(path, { contentType: contentType(path), etag: `W/"${hash}"`, immutable, body: { bytes } });
      listed[path] = { hash };
      sizes.set(path, bytes.byteLength);
    };
    const { files } = names.size > 0 ? await bundle(options, names, mode, buildId) : { files: [] };
    for (const [name, bytes] of files) await add(folder + name, bytes, true);
    await add(manifestPath, new TextEncoder().encode(manifestOf({ buildId, assets: listed }, sizes)), false);
    return scripts;
  };

  return {
    buildId,
    mode,
    routes: found.routes.map(({ path, file, override }) => ({
      path,
      override,
      load: () => importFile(file),
    })),
    scripts: names.size === 0 ? undefined : {
      folder,
      moduleOf: (file) => names.get(file)!,
      filesOf: (file) => [`${names.get(file)}.js`],
    },
    asset: async (path) =>
      path.startsWith("/_fresh/") ? (await (making ??= makeScripts())).get(path) : assets.get(path),
    hasStaticFile: (path) => assets.has(path),
    styleSheet: (route, sheet) => styleSheetAddress(route, sheet, options, (path) => assets.has(path)),
    ready: islandLoader(found.islands),
  };
}
