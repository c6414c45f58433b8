/** Addresses of static files that change with the build, so that browsers may keep them for good. */
import { lockParameter } from "../snapshot.ts";

declare const __FRESH_BUILD_ID__: string | undefined;

/** The build that is running: in browsers the one the script belongs to, on the server the one applied last. */
let buildId = typeof __FRESH_BUILD_ID__ === "string" ? __FRESH_BUILD_ID__ : "";

export function setBuildId(id: string): void {
  buildId = id;
}

/** Adds the build to the address of a static file of this site; other addresses stay as they are. */
export function asset(path: string): string {
  if (!path.startsWith("/") || path.startsWith("//") || buildId === "") {
    return path;
  }
  const [rest, fragment] = splitAt(path, "#");
  const [pathname, query] = splitAt(rest, "?");
  const parameters = new URLSearchParams(query);
  if (parameters.has(lockParameter)) return path;
  parameters.set(lockParameter, buildId);
  return `${pathname}?${parameters}${fragment === "" ? "" : `#${fragment}`}`;
}

/** `asset()` for every address of a `srcset`. */
export function assetSrcSet(srcset: string): string {
  if (srcset.includes("(")) return srcset;
  return srcset.split(",").map((candidate) =>
    candidate.replace(/^(\s*)(\S+)/, (_whole, space: string, address: string) => space + asset(address))
  ).join(",");
}

function splitAt(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
