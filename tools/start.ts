/** `deno task start`: the server in production mode. Settings come from the environment; `milepost config` lists them. */
import { loadConfig } from "../lib/core/config.ts";
import { milepostError } from "../lib/core/errors.ts";
import { explain } from "./explain.ts";
import { serve } from "./serve.ts";

/** The demo's passwords are public, so only `demo` serves its data, and only on this machine. */
function refuseDemoData(): void {
  const config = loadConfig(Deno.env.toObject());
  if (config.databaseUrl || config.dataSet !== "demo") return;
  throw milepostError("InvalidSetting", {
    message:
      "The demo's data is not for production: everyone knows its passwords. Unset MILEPOST_DATA_SET to start with " +
      "your own data, or run: deno task demo",
  });
}

async function main(words: string[]): Promise<number> {
  if (words.length > 0) {
    console.error(
      `start takes no options, and "${words[0]}" is one. Settings are environment variables: milepost config`,
    );
    return 2;
  }
  try {
    refuseDemoData();
    await serve((url) => console.info(`Milepost listens on ${url}`));
    return 0;
  } catch (error) {
    console.error(explain(error));
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
