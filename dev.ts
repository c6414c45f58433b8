/** Fresh's own tool: builds the app with `build`, otherwise serves it for development and restarts it after every change. */
import { Builder } from "fresh/dev";
import { loadConfig } from "./lib/core/config.ts";

const builder = new Builder({ root: import.meta.dirname });

if (Deno.args.includes("build")) {
  await builder.build();
} else {
  const { host, port } = loadConfig(Deno.env.toObject());
  await builder.listen(() => import("./main.ts"), { hostname: host, port });
}
