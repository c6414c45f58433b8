/** The Builder finds what an app is made of and makes what browsers need. */
import { type App, setSnapshot } from "../app.ts";
import { crawl } from "./crawl.ts";
import { memorySnapshot } from "./memory_snapshot.ts";
import { type BuildOptions, type ResolvedBuildOptions, resolveOptions, toPath } from "./options.ts";

export interface BuildSettings {
  /** Default `production`. */
  mode?: "development" | "production";
  /** `disk` writes `_fresh/` for the next start; `memory` is for tests and bundles islands when they are asked for. */
  snapshot?: "disk" | "memory";
}

export type ApplySnapshot = <State>(app: App<State>) => void;

export class Builder {
  readonly #options: ResolvedBuildOptions;
  #islands: string[] = [];

  constructor(options: BuildOptions = {}) {
    this.#options = resolveOptions(options);
  }

  /** Adds a file that holds islands and lies outside `islands/` and `(_islands)/`. */
  registerIsland(file: string): void {
    this.#islands.push(toPath(file));
  }

  async build(
    { mode = "production", snapshot = "disk" }: BuildSettings = {},
  ): Promise<ApplySnapshot> {
    const found = await crawl(this.#options, this.#islands);
    const made = await memorySnapshot(this.#options, found, mode);
    if (snapshot === "disk") throw new Error("not built yet");
    return (app) => setSnapshot(app, made);
  }
}
