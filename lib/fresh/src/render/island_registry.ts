/** The components that are islands, known to the whole process so that a vnode made anywhere is recognised. */
import { basename } from "node:path";

/** When an island comes to life: at once, or when it is in view, when the browser has time, or when it is used. */
export type HydrationMode = "load" | "visible" | "idle" | "interaction";

const modes: readonly unknown[] = ["load", "visible", "idle", "interaction"];

export interface Island {
  /** Full path of its file. */
  file: string;
  exportName: string;
  /** What error messages call it. */
  name: string;
  mode: HydrationMode;
}

const islands = new Map<unknown, Island>();

export function islandOf(type: unknown): Island | undefined {
  return islands.get(type);
}

/** Makes every component that a module exports an island. */
export function registerIslands(file: string, module: Record<string, unknown>): void {
  const config = module.config as { hydrate?: HydrationMode } | undefined;
  const mode = config?.hydrate ?? "load";
  if (!modes.includes(mode)) {
    throw new Error(`${file}: config.hydrate is ${JSON.stringify(mode)}; allowed are ${modes.join(", ")}`);
  }
  for (const [exportName, value] of Object.entries(module)) {
    if (typeof value !== "function") continue;
    const name = exportName === "default" ? value.name || basename(file).replace(/\.\w+$/, "") : exportName;
    islands.set(value, { file, exportName, name, mode });
  }
}
