/** Resolves what islands import: the app's import map, npm packages, and one shared Preact for all of them. */
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Plugin } from "esbuild";

/** Packages that live in the runtime's script, so that a page has each of them once. */
const shared = /^(?:@preact\/signals|preact(?:\/(?:hooks|jsx-runtime|jsx-dev-runtime))?)$/;

/**
 * The source of the runtime's script: the runtime and, under the same names, what the scripts of the islands import from
 * the shared packages.
 */
export async function runtimeSource(scripts: Iterable<string>): Promise<string> {
  const wanted = namesFromRuntime(scripts);
  // Written out, so that they resolve as dependencies of this package.
  const modules: [string, Record<string, unknown>][] = [
    ["preact", await import("preact")],
    ["preact/hooks", await import("preact/hooks")],
    ["preact/jsx-runtime", await import("preact/jsx-runtime")],
    ["@preact/signals", await import("@preact/signals")],
  ];
  const exported = new Map<string, unknown>();
  const lines = modules.map(([name, module]) => {
    const names = Object.keys(module).filter((each) =>
      wanted === "all" ? each !== "default" : wanted.has(each)
    );
    const added = names.filter((each) => !exported.has(each));
    if (names.some((each) => exported.has(each) && exported.get(each) !== module[each])) {
      throw new Error(`Two shared packages export different values under one name: ${names.join(", ")}`);
    }
    for (const each of added) exported.set(each, module[each]);
    return `export { ${added.join(", ")} } from ${JSON.stringify(name)};`;
  });
  const runtime = fileURLToPath(new URL("../runtime/client/runtime.ts", import.meta.url));
  return [...lines, `export * from ${JSON.stringify(runtime)};`].join("\n");
}

/** What bundled scripts import from the runtime's; "all" where one of them takes it as a whole. */
function namesFromRuntime(scripts: Iterable<string>): Set<string> | "all" {
  const names = new Set<string>();
  for (const script of scripts) {
    if (/(?:import|export)\s*\*[^;]*?from\s*"\.\/runtime\.js"/.test(script)) return "all";
    for (const [, list] of script.matchAll(/(?:import|export)\s*\{([^}]*)\}\s*from\s*"\.\/runtime\.js"/g)) {
      for (const item of list.split(",")) names.add(item.trim().split(/\s+as\s+/)[0]);
    }
  }
  return names;
}

export interface ImportMap {
  /** The deno.json it stands in; undefined where there is none. */
  file?: string;
  imports: Record<string, string>;
}

/** The `imports` of the nearest deno.json at or above `folder`. */
export async function findImportMap(folder: string): Promise<ImportMap> {
  for (let current = folder;; current = dirname(current)) {
    for (const name of ["deno.json", "deno.jsonc"]) {
      const file = join(current, name);
      try {
        const text = await Deno.readTextFile(file);
        return { file, imports: JSON.parse(withoutComments(text)).imports ?? {} };
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
    if (dirname(current) === current) return { imports: {} };
  }
}

function withoutComments(text: string): string {
  return text.replace(
    /("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
    (_whole, string?: string) => string ?? "",
  )
    .replace(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, (_whole, string?: string) => string ?? "");
}

/** Resolves imports; with `external`, the shared packages come from the runtime's script. */
export function resolvePlugin(map: ImportMap, root: string, external: boolean): Plugin {
  const own = dirname(fileURLToPath(import.meta.url));
  return {
    name: "fresh-resolve",
    setup(build) {
      if (external) {
        build.onResolve({ filter: shared }, () => ({ path: "./runtime.js", external: true }));
      }
      build.onResolve({ filter: /^[^./]|^\.\.?\//, namespace: "file" }, async (args) => {
        if (args.pluginData === "resolved") return undefined;
        const target = mapped(args.path, map);
        const again = (path: string, resolveDir: string) =>
          build.resolve(path, {
            kind: args.kind,
            resolveDir,
            importer: args.importer,
            pluginData: "resolved",
          });
        if (/^(?:jsr:@fresh\/core(?:@[^/]*)?|fresh|@fresh\/core)\/runtime$/.test(target)) {
          return { path: join(own, "../runtime/shared.ts") };
        }
        if (/^(?:jsr:@fresh\/core(?:@[^/]*)?|fresh|@fresh\/core)(?:\/dev)?$/.test(target)) {
          return refuse(args.path, 'is for the server. Islands may import "fresh/runtime"');
        }
        if (target.startsWith("file:")) return { path: fileURLToPath(target) };
        if (/^(?:jsr|https?|node):/.test(target)) {
          return refuse(args.path, `stands for "${target}", which cannot be bundled for browsers`);
        }
        const npm = /^npm:\/?((?:@[^/]+\/)?[^@/]+)(?:@[^/]+)?(\/.*)?$/.exec(target);
        const name = npm ? npm[1] + (npm[2] ?? "") : target;
        if (/^[./]/.test(name)) return undefined;
        // Strict layouts of node_modules show a package only to those that name it, so this package looks for its own.
        for (const folder of [args.resolveDir, root, own]) {
          const result = await again(name, folder);
          if (result.errors.length === 0) return result;
        }
        return refuse(args.path, "is neither in the imports of deno.json nor in node_modules");
      });
    },
  };
}

function mapped(path: string, { file, imports }: ImportMap): string {
  const exact = imports[path];
  const prefix = exact === undefined
    ? Object.keys(imports).filter((key) => key.endsWith("/") && path.startsWith(key)).sort((a, b) =>
      b.length - a.length
    )[0]
    : undefined;
  const longer = exact === undefined && prefix === undefined
    ? Object.keys(imports).find((key) => !key.endsWith("/") && path.startsWith(`${key}/`))
    : undefined;
  const target = exact ??
    (prefix !== undefined
      ? imports[prefix] + path.slice(prefix.length)
      : longer !== undefined
      ? imports[longer] + path.slice(longer.length)
      : path);
  return /^\.\.?\//.test(target) && target !== path
    ? pathToFileURL(join(dirname(file!), target)).href
    : target;
}

function refuse(path: string, why: string) {
  return { errors: [{ text: `"${path}" ${why}` }] };
}
