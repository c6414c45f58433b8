/** `deno task dev`: the server in development mode. The database is held up while the server restarts after every change. */
import { fileURLToPath } from "node:url";
import { configuredDatabase } from "../db/configured.ts";
import { loadConfig } from "../lib/core/config.ts";
import { explain } from "./explain.ts";

async function main(): Promise<number> {
  try {
    const config = loadConfig(Deno.env.toObject());
    const place = await configuredDatabase(config);
    console.info(
      `Milepost listens on http://${config.host}:${config.port} and restarts when a file changes.`,
    );
    try {
      return await runServer();
    } finally {
      await place.release();
    }
  } catch (error) {
    console.error(explain(error));
    return 1;
  }
}

/** Passes signals on and waits, so that the database outlives the server. */
async function runServer(): Promise<number> {
  const server = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--no-check", fileURLToPath(new URL("../dev.ts", import.meta.url))],
    stdin: "null",
  }).spawn();
  let asked = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => {
      asked = true;
      server.kill("SIGTERM");
    });
  }
  const { code } = await server.status;
  return asked ? 0 : code;
}

if (import.meta.main) Deno.exit(await main());
