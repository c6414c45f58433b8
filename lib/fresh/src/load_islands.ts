/** Loads the files that hold islands, so that their components are recognised in every page. */
import { pathToFileURL } from "node:url";
import { registerIslands } from "./render/island_registry.ts";

export function importFile(file: string): Promise<Record<string, unknown>> {
  return import(pathToFileURL(file).href);
}

/** A function that loads the files when it is first called. */
export function islandLoader(files: readonly string[]): () => Promise<void> {
  let loading: Promise<unknown> | undefined;
  return async () => {
    await (loading ??= Promise.all(files.map(async (file) => registerIslands(file, await importFile(file)))));
  };
}
