/** Builds the app for production into `_fresh/`; a build that is up to date is kept. */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { Builder } from "fresh/dev";
import { explain } from "./explain.ts";

export async function build(): Promise<void> {
  await new Builder({ root: dirname(dirname(fileURLToPath(import.meta.url))) }).build();
}

if (import.meta.main) {
  try {
    await build();
    console.info("The app is built into _fresh/. Start it with: deno task start");
  } catch (error) {
    console.error(explain(error));
    Deno.exit(1);
  }
}
