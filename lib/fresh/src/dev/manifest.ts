/** The list of files that a service worker may keep. */
import type { SnapshotJson } from "../disk_snapshot.ts";

export interface Manifest {
  buildId: string;
  /** Addresses below the base path; `hash` changes with the content, `bytes` is the length before compression. */
  assets: { url: string; hash: string; bytes: number }[];
}

export function manifestOf(
  { buildId, assets }: Pick<SnapshotJson, "buildId" | "assets">,
  sizes: ReadonlyMap<string, number>,
): string {
  const manifest: Manifest = {
    buildId,
    assets: Object.entries(assets).map(([url, { hash }]) => ({ url, hash, bytes: sizes.get(url) ?? 0 })),
  };
  return JSON.stringify(manifest);
}
