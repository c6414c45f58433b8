/** The style sheets that a route file names. */
import { dirname, join, relative, sep } from "node:path";
import { asset } from "./runtime/asset.ts";

/** Finds the address of a style sheet that a route names: below the site, or relative to the route's file. */
export function styleSheetAddress(
  route: string,
  sheet: string,
  folders: { routeDir: string; staticDir: string },
  isStatic: (path: string) => boolean,
): string {
  if (sheet.startsWith("/")) return asset(sheet);
  const file = join(folders.routeDir, dirname(route), sheet);
  const path = `/${relative(folders.staticDir, file).split(sep).join("/")}`;
  if (isStatic(path)) return asset(path);
  throw new Error(`routes/${route}: the style sheet "${sheet}" is not a file in ${folders.staticDir}`);
}
