/** Runs every check on every sample page, through the same runner that visits the product. */
import { samplePages } from "./samples/pages.tsx";
import { serveHtml } from "./samples/serve.ts";
import { type RunningApp, visitRoutes } from "./visit.ts";

function startSamples(): Promise<RunningApp> {
  const pages = new Map(samplePages.map((page) => [page.name, page]));
  const { url, stop } = serveHtml((path) => pages.get(path)?.html());
  return Promise.resolve({ url, stop, fill: (path) => path, signIn: () => Promise.resolve() });
}

Deno.test(
  { name: "sample pages pass every check of access", sanitizeResources: false, sanitizeOps: false },
  (t) => {
    const routes = samplePages.map(({ name }) => ({ path: `/${name}`, as: ["signed_out" as const] }));
    return visitRoutes(t, routes, startSamples);
  },
);
