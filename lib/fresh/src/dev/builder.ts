/** The Builder finds what an app is made of and makes what browsers need. */
import { type App, type ListenOptions, setSnapshot } from "../app.ts";
import { readSnapshot } from "../disk_snapshot.ts";
import { crawl } from "./crawl.ts";
import { isSupervised, serveDevelopment, supervise } from "./develop.ts";
import { memorySnapshot } from "./memory_snapshot.ts";
import { type BuildOptions, type ResolvedBuildOptions, resolveOptions, toPath } from "./options.ts";
import { writeSnapshot } from "./write_snapshot.ts";

export interface BuildSettings {
  /** Default `production`. */
  mode?: "development" | "production";
  /**
   * `disk` (the default) writes `_fresh/`, or keeps it where nothing has changed. `memory` is for tests: it writes
   * nothing and bundles islands when a browser asks for their scripts.
   */
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

  /** Builds the app. The result gives an app its routes and islands; call it before `app.handler()`. */
  async build({ mode = "production", snapshot = "disk" }: BuildSettings = {}): Promise<ApplySnapshot> {
    const found = await crawl(this.#options, this.#islands);
    const made = snapshot === "memory"
      ? await memorySnapshot(this.#options, found, mode)
      : readSnapshot(this.#options.outDir, await writeSnapshot(this.#options, found, mode));
    return (app) => setSnapshot(app, made);
  }

  /**
   * Serves the app for development: a change to a file restarts the server and reloads the pages that are open.
   * Ends when the process is told to.
   */
  async listen<State>(
    importApp: () => Promise<{ app: App<State> } | App<State>>,
    options: ListenOptions = {},
  ): Promise<void> {
    if (!isSupervised()) return await supervise(this.#options);
    const found = await crawl(this.#options, this.#islands);
    await serveDevelopment(memorySnapshot(this.#options, found, "development"), importApp, options);
  }
}
