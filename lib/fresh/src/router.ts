/** Finds the route for an address: exact paths first, then patterns in the order they were added. */
import type { Method } from "./handlers.ts";

export interface RouteEntry<Target> {
  /** The pattern as written, shown as `ctx.route`. */
  pattern: string;
  byMethod: Map<Method, Target>;
  /** Answers the methods that have no target of their own. */
  any?: Target;
}

export interface Match<Target> {
  entry: RouteEntry<Target>;
  /** Decoded values of the pattern's groups. */
  params: Record<string, string>;
}

interface Dynamic<Target> {
  entry: RouteEntry<Target>;
  /** What every matching path starts with; spares the pattern most paths. */
  prefix: string;
  matcher: URLPattern;
}

const special = /[:*+?(){}\\]/;

export class Router<Target> {
  #exact = new Map<string, RouteEntry<Target>>();
  #dynamic: Dynamic<Target>[] = [];

  /** Adds a target; the first one for a pattern and method stays. */
  add(pattern: string, method: Method | "ALL", target: Target): void {
    const entry = this.#entry(pattern);
    if (method === "ALL") entry.any ??= target;
    else if (!entry.byMethod.has(method)) entry.byMethod.set(method, target);
  }

  #entry(pattern: string): RouteEntry<Target> {
    if (!special.test(pattern)) {
      const path = normalPath(new URL(pattern, "http://localhost").pathname);
      let entry = this.#exact.get(path);
      if (entry === undefined) {
        this.#exact.set(path, entry = { pattern, byMethod: new Map() });
      }
      return entry;
    }
    const known = this.#dynamic.find(({ entry }) => entry.pattern === pattern);
    if (known) return known.entry;
    const entry = { pattern, byMethod: new Map() };
    const literal = pattern.slice(0, pattern.search(special));
    const prefix = literal.slice(0, literal.lastIndexOf("/"));
    this.#dynamic.push({
      entry,
      prefix: new URL(prefix, "http://localhost").pathname.replace(/\/$/, ""),
      matcher: compile(pattern),
    });
    return entry;
  }

  match(url: URL): Match<Target> | undefined {
    const path = normalPath(url.pathname);
    const exact = this.#exact.get(path);
    if (exact) return { entry: exact, params: {} };
    for (const { entry, prefix, matcher } of this.#dynamic) {
      if (!path.startsWith(prefix)) continue;
      const found = matcher.exec({ pathname: path });
      if (found) return { entry, params: decodeGroups(found.pathname.groups) };
    }
    return undefined;
  }
}

/** `/a/` and `/a` are one address to the router; `trailingSlashes()` decides which of them visitors see. */
function normalPath(pathname: string): string {
  return pathname.length > 1 && pathname.endsWith("/") ? pathname.slice(0, -1) : pathname;
}

function compile(pattern: string): URLPattern {
  try {
    return new URLPattern({ pathname: pattern });
  } catch (error) {
    throw new Error(`The route pattern "${pattern}" is not a valid URL pattern`, { cause: error });
  }
}

function decodeGroups(groups: Record<string, string | undefined>): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [name, value] of Object.entries(groups)) {
    if (value === undefined) continue;
    try {
      params[name] = decodeURIComponent(value);
    } catch (error) {
      if (!(error instanceof URIError)) throw error;
      params[name] = value;
    }
  }
  return params;
}
