/** What a Builder found and made for an app: file routes, islands and the files to serve. */

/** The query parameter of `asset()`; an address that carries it may be kept for good. */
export const lockParameter = "__frsh_c";

export interface RouteFile {
  /** Path below the routes folder, with forward slashes. */
  path: string;
  /** The pattern from `routeOverride`, where the file has one. */
  override?: string;
  load: () => Promise<unknown>;
}

export type AssetBody = { file: string } | { bytes: Uint8Array<ArrayBuffer> };

export interface Asset {
  contentType: string;
  etag: string;
  /** Whether the address changes with the content, so that browsers may keep it for good. */
  immutable: boolean;
  body: AssetBody;
  brotli?: AssetBody;
}

/** The scripts that bring islands to life. */
export interface ClientScripts {
  /** Address of their folder below the base path, with a slash at both ends. */
  folder: string;
  /** The script of an island's file, without its extension. */
  moduleOf(file: string): string;
  /** The script of an island's file and all it imports, the runtime aside. */
  filesOf(file: string): string[];
}

export interface Snapshot {
  /** Changes with the content of scripts and static files. */
  buildId: string;
  mode: "development" | "production";
  routes: RouteFile[];
  scripts?: ClientScripts;
  /** Address of the script that reloads pages in development. */
  liveReload?: string;
  /** Finds a file by its path below the app's base path. */
  asset(path: string): Promise<Asset | undefined>;
  /** Whether a static file stands at that path. */
  hasStaticFile(path: string): boolean;
  /** The address of a style sheet that a route file names. */
  styleSheet(route: string, sheet: string): string;
  /** Resolves once islands can be recognised. */
  ready(): Promise<void>;
}
