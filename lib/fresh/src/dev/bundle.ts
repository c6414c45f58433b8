/** Makes the scripts of an app: the runtime, the small boot script, and one script for each file with islands. */
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BuildOptions as EsbuildOptions, BuildResult, Metafile } from "esbuild";
import type { ResolvedBuildOptions } from "./options.ts";
import { findImportMap, resolvePlugin, runtimeSource } from "./resolve_plugin.ts";

export interface Bundle {
  /** Name to content, without the folder. */
  files: Map<string, Uint8Array<ArrayBuffer>>;
  /** What each script imports from other scripts, the runtime aside. */
  imports: Map<string, string[]>;
  /** Full paths of the files that went in. */
  inputs: string[];
}

/** Names the script of each island file after the file; equal names get a number. */
export function scriptNames(islands: readonly string[]): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set(["runtime", "boot"]);
  for (const file of islands) {
    const base = basename(file).replace(/\.\w+$/, "").replace(/[^\w-]/g, "_");
    let name = base;
    for (let count = 2; taken.has(name.toLowerCase()); count++) name = `${base}-${count}`;
    taken.add(name.toLowerCase());
    names.set(file, name);
  }
  return names;
}

let running = 0;

export async function bundle(
  options: ResolvedBuildOptions,
  islands: ReadonlyMap<string, string>,
  mode: "development" | "production",
  buildId: string,
): Promise<Bundle> {
  const esbuild = await import("esbuild");
  const map = await findImportMap(options.root);
  const development = mode === "development";
  const common = (external: boolean): EsbuildOptions & { write: false; metafile: true } => ({
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "browser",
    target: options.target,
    minify: !development,
    sourcemap: development ? "inline" : options.sourceMap?.kind ?? false,
    sourceRoot: options.sourceMap?.sourceRoot,
    sourcesContent: options.sourceMap?.sourcesContent,
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
    logLevel: "silent",
    outdir: "/",
    absWorkingDir: options.root,
    entryNames: "[name]",
    chunkNames: "chunk-[hash]",
    define: {
      __FRESH_BUILD_ID__: JSON.stringify(buildId),
      __FRESH_DEV__: String(development),
      "process.env.NODE_ENV": JSON.stringify(mode),
    },
    plugins: [resolvePlugin(map, options.root, external)],
  });
  const client = fileURLToPath(new URL("../runtime/client/", import.meta.url));
  running++;
  try {
    const entryPoints = [...islands].map(([file, out]) => ({ in: file, out }));
    const made = entryPoints.length === 0
      ? []
      : [await esbuild.build({ ...common(true), splitting: true, entryPoints })];
    const contents = await runtimeSource(
      made.flatMap(({ outputFiles }) => outputFiles.map(({ text }) => text)),
    );
    const results = [
      ...made,
      ...await Promise.all([
        esbuild.build({
          ...common(false),
          stdin: { contents, resolveDir: client, sourcefile: "<shared packages>", loader: "ts" },
          outdir: undefined,
          outfile: "/runtime.js",
        }),
        esbuild.build({ ...common(false), entryPoints: [{ in: join(client, "boot.ts"), out: "boot" }] }),
      ]),
    ];
    return collect(results, options.root);
  } catch (error) {
    throw explain(error);
  } finally {
    if (--running === 0) await esbuild.stop();
  }
}

function collect(results: BuildResult<{ write: false; metafile: true }>[], root: string): Bundle {
  const made: Bundle = { files: new Map(), imports: new Map(), inputs: [] };
  const inputs = new Set<string>();
  for (const { outputFiles, metafile } of results) {
    for (const { path, contents } of outputFiles) made.files.set(basename(path), new Uint8Array(contents));
    for (const [path, output] of Object.entries(metafile.outputs)) {
      made.imports.set(basename(path), staticImports(output));
    }
    for (const path of Object.keys(metafile.inputs)) {
      if (!/^[\w-]+:|</.test(path)) inputs.add(join(root, path));
    }
  }
  made.inputs = [...inputs].sort();
  return made;
}

function staticImports({ imports }: Metafile["outputs"][string]): string[] {
  return imports.filter(({ kind, external }) => kind === "import-statement" && !external).map(({ path }) =>
    basename(path)
  );
}

interface EsbuildFailure {
  errors: { text: string; location: { file: string; line: number; column: number } | null }[];
}

/** Says what could not be bundled and where, in one message. */
function explain(error: unknown): unknown {
  const { errors } = error as Partial<EsbuildFailure>;
  if (!Array.isArray(errors)) return error;
  const lines = errors.map(({ text, location }) =>
    location ? `${location.file}:${location.line}:${location.column + 1}: ${text}` : text
  );
  return new Error(`The islands could not be bundled.\n${lines.join("\n")}`, { cause: error });
}
