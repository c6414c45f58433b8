/** Visits every page of the product with every check, and knows when a page is missing from the list. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { routesToVisit } from "./routes.ts";
import { startApp } from "./start_app.ts";
import { visitRoutes } from "./visit.ts";

const routes = fileURLToPath(new URL("../../routes", import.meta.url));

/**
 * Patterns of all pages below a folder, with `*` for a parameter. A page is a `.tsx` file with a default export, also
 * without a handler; not one that only takes what is sent, or leads elsewhere.
 */
function pagesIn(folder: string, path: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }): string[] => {
    if (name.startsWith("_") || name.startsWith("(_")) return [];
    const segment = name.replace(/\.tsx$/, "").replace(/^\[.*\]$/, "*");
    const below = /^\(.*\)$/.test(name) ? path : `${path}/${segment}`;
    if (isDirectory) return pagesIn(`${folder}/${name}`, below);
    if (!name.endsWith(".tsx")) return [];
    const text = Deno.readTextFileSync(`${folder}/${name}`);
    const answersGet = /\bGET\b/.test(text)
      ? !/GET: \(ctx\) =>\s*ctx\.redirect/.test(text)
      : !/\bPOST\b/.test(text);
    if (!/export default/.test(text) || !answersGet) return [];
    return [segment === "index" ? path || "/" : below];
  });
}

Deno.test("every page is in the list of those that are visited", () => {
  const visited = new Set(
    routesToVisit.map(({ path }) => path.replace(/^\{\w+_link\}$/, "/sign-in/link/*")).map((path) =>
      path.replace(/\?.*/, "").replace(/\{\w+\}/g, "*")
    ),
  );
  const forgotten = pagesIn(routes, "").filter((page) => !visited.has(page));
  assert.deepEqual(forgotten, [], `Add these to tests/access/routes.ts:\n${forgotten.join("\n")}`);
});

Deno.test(
  { name: "pages pass every check of access", sanitizeResources: false, sanitizeOps: false },
  (t) => visitRoutes(t, routesToVisit, () => startApp()),
);
