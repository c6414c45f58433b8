/** From files in `routes/` to patterns, layouts, middlewares and error pages. */
import { type Middleware, type MiddlewareFn, type PageComponent, runMiddlewares } from "./handlers.ts";
import type { Route, RouteConfig, RouteHandler } from "./handlers.ts";
import type { RouteTable } from "./route_table.ts";
import { type LoadedLayout, segmentNames } from "./segments.ts";
import type { RouteFile, Snapshot } from "./snapshot.ts";

export type RouteKind = "page" | "_app" | "_layout" | "_middleware" | "_error" | "_404";

export interface FileRoute {
  kind: RouteKind;
  /** Names of the folders as they stand in the segment tree; groups keep their parentheses. */
  names: string[];
  /** URL pattern of a page; for the others, of their folder. */
  pattern: string;
}

const sourceFile = /\.(?:tsx?|jsx?|mts|mjs)$/;
const testFile = /[._]test\.[a-z]+$/;
const specials = new Set<string>(["_app", "_layout", "_middleware", "_error", "_404"]);

/** Whether a file below `routes/` (path with forward slashes) takes part in routing. */
export function isRouteFile(file: string): boolean {
  return sourceFile.test(file) && !testFile.test(file) &&
    !/(?:^|\/)\(_[^/]*\)\//.test(file);
}

/** Whether a file below `routes/` or `islands/` holds islands. */
export function isIslandFile(file: string): boolean {
  return sourceFile.test(file) && !testFile.test(file) &&
    !file.endsWith(".d.ts");
}

/** Reads what a file is for off its path below `routes/`. */
export function describeFile(file: string): FileRoute {
  const folders = file.replace(sourceFile, "").split("/");
  const base = folders.pop()!;
  const kind = specials.has(base) ? base as RouteKind : "page";
  const names = folders.map((name) =>
    isGroup(name) ? name : fragment(name, file).replace(/^\{\/(.*)\}\?$/, "$1?")
  );
  const parts = folders.filter((name) => !isGroup(name));
  if (kind === "page" && base !== "index") parts.push(base);
  const pattern = parts.map((name) => {
    const part = fragment(name, file);
    return part.startsWith("{/") ? part : `/${part}`;
  }).join("");
  return {
    kind,
    names,
    pattern: pattern === "" ? "/" : pattern.replace(/^\{\/([^}]*)\}\?$/, "/{$1}?"),
  };
}

function isGroup(name: string): boolean {
  return name.startsWith("(") && name.endsWith(")");
}

/** One folder or file name as a piece of a URL pattern. */
function fragment(name: string, file: string): string {
  const optional = /^\[\[([^[\].]+)\]\]$/.exec(name);
  if (optional) return `{/:${identifier(optional[1], file)}}?`;
  const rest = /^\[\.\.\.([^[\].]+)\]$/.exec(name);
  if (rest) return `:${identifier(rest[1], file)}*`;
  let pattern = "";
  for (let at = 0; at < name.length;) {
    const parameter = /^\[([^[\].]+)\]/.exec(name.slice(at));
    if (parameter) {
      at += parameter[0].length;
      const group = `:${identifier(parameter[1], file)}`;
      pattern += /^[\w$]/.test(name.slice(at)) ? `{${group}}` : group;
    } else if (name[at] === "[" || name[at] === "]") {
      throw new Error(
        `routes/${file}: "${name}" has an unmatched bracket; write [name], [[name]] or [...name]`,
      );
    } else {
      pattern += name[at].replace(/[:*+?(){}\\]/, "\\$&");
      at++;
    }
  }
  return pattern;
}

function identifier(name: string, file: string): string {
  if (/^[A-Za-z_$][\w$]*$/.test(name)) return name;
  throw new Error(`routes/${file}: [${name}] is not a parameter name; use letters, digits and _, as in [id]`);
}

/** Puts the more specific of two patterns first: text, then [p], then [[p]], then [...p]. */
export function comparePatterns(a: string, b: string): number {
  const weights = (pattern: string) =>
    pattern.replaceAll("{/:", "/{:").split("/").slice(1).map((part) =>
      /^:[\w$]+\*$/.test(part) ? 3 : /^\{:[\w$]+\}\?$/.test(part) ? 2 : part.includes(":") ? 1 : 0
    );
  const left = weights(a), right = weights(b);
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? -1) - (right[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

interface RouteModule {
  default?: unknown;
  handler?: unknown;
  handlers?: unknown;
  config?: RouteConfig;
  css?: string[];
}

/** Adds every file route of a snapshot to a route table, below `prefix`. */
export function addFileRoutes<State>(table: RouteTable<State>, prefix: string, snapshot: Snapshot): void {
  const base = prefix.replace(/\/?\*?$/, "");
  const under = segmentNames(base);
  const described = snapshot.routes.map((file) => ({ file, ...describeFile(file.path) }));

  for (const { file, kind, names } of described) {
    if (kind === "page") continue;
    const segment = table.segment([...under, ...names]);
    const load = loader(file);
    const route = async () => routeOf<State>(await load(), file, snapshot);
    const layout = { load: async () => layoutOf<State>(await load(), file) };
    if (kind === "_middleware") segment.middlewares.push(middlewareOf(load, file));
    else if (kind === "_error") segment.onError = route;
    else if (kind === "_404") segment.notFound = route;
    else if (kind === "_layout") segment.layout = layout;
    else segment.appWrapper = layout;
  }

  const pages = described.filter(({ kind }) => kind === "page")
    .map((page) => ({ ...page, pattern: page.file.override ?? page.pattern }))
    .sort((a, b) => comparePatterns(a.pattern, b.pattern));
  const taken = new Map<string, string>();
  for (const { file, names, pattern } of pages) {
    const shape = pattern.replace(/:[A-Za-z_$][\w$]*/g, ":");
    const other = taken.get(shape);
    if (other !== undefined) {
      throw new Error(
        `routes/${other} and routes/${file.path} answer the same address ${pattern}; remove one`,
      );
    }
    taken.set(shape, file.path);
    const load = loader(file);
    const full = pattern === "/" && base !== "" ? base : base + pattern;
    table.route(full, async () => routeOf<State>(await load(), file, snapshot), [...under, ...names]);
  }
}

function loader(file: RouteFile): () => Promise<RouteModule> {
  let loading: Promise<RouteModule> | undefined;
  return () => loading ??= file.load() as Promise<RouteModule>;
}

function routeOf<State>(module: RouteModule, { path }: RouteFile, snapshot: Snapshot): Route<State> {
  const handlers = (module.handlers ?? module.handler) as RouteHandler<unknown, State> | undefined;
  const component = module.default as PageComponent<never, State> | undefined;
  if (component === undefined && handlers === undefined) {
    throw new Error(`routes/${path} exports neither a page (default) nor a handler`);
  }
  const css = module.css?.map((sheet) => snapshot.styleSheet(path, sheet));
  return { component, handlers, config: module.config, css };
}

function layoutOf<State>(module: RouteModule, { path }: RouteFile): LoadedLayout<State> {
  if (module.default === undefined) {
    throw new Error(`routes/${path} has no default export to render`);
  }
  return { component: module.default as PageComponent<never, State>, config: module.config };
}

function middlewareOf<State>(load: () => Promise<RouteModule>, { path }: RouteFile): MiddlewareFn<State> {
  return async (ctx) => {
    const module = await load();
    const given = (module.default ?? module.handler ?? module.handlers) as Middleware<State> | undefined;
    if (given === undefined) {
      throw new Error(`routes/${path} exports no middleware; export it as default or handler`);
    }
    return typeof given === "function" ? given(ctx) : runMiddlewares(given, ctx, ctx.next);
  };
}
