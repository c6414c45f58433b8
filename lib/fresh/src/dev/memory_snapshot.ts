/** A snapshot that lives in this process: for tests and development. Files are read where they lie. */
import { posix } from "node:path";
import { pathToFileURL } from "node:url";
import { contentType } from "../content_type.ts";
import type { Asset, RouteFile, Snapshot } from "../snapshot.ts";
import { asset } from "../runtime/asset.ts";
import type { FoundFiles } from "./crawl.ts";
import { contentHash } from "./content_hash.ts";

export class MemorySnapshot implements Snapshot {
  readonly buildId: string;
  readonly mode: "development" | "production";
  readonly routes: RouteFile[];
  #assets: Map<string, Asset>;

  private constructor(
    mode: "development" | "production",
    buildId: string,
    found: FoundFiles,
    assets: Map<string, Asset>,
  ) {
    this.mode = mode;
    this.buildId = buildId;
    this.#assets = assets;
    this.routes = found.routes.map(({ path, file, override }) => ({
      path,
      override,
      load: () => import(pathToFileURL(file).href),
    }));
  }

  static async of(
    found: FoundFiles,
    mode: "development" | "production",
  ): Promise<MemorySnapshot> {
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
    for (const file of found.islands) {
      hashes.push(file, await contentHash(await Deno.readFile(file)));
    }
    const buildId = await contentHash(
      new TextEncoder().encode(hashes.join("\n")),
    );
    return new MemorySnapshot(mode, buildId, found, assets);
  }

  asset(path: string): Promise<Asset | undefined> {
    return Promise.resolve(this.#assets.get(path));
  }

  hasStaticFile(path: string): boolean {
    return this.#assets.has(path);
  }

  styleSheet(route: string, sheet: string): string {
    const path = sheet.startsWith("/") ? sheet : posix.join("/", posix.dirname(route), sheet);
    return asset(path);
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }
}
