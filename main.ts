/** The app as it is served: what MILEPOST_ROLE asks for is opened here, once per process. */
import { composeApp } from "./fresh.config.ts";
import { loadConfig } from "./lib/core/config.ts";
import { originOf } from "./origin.ts";
import { openProcess } from "./process.ts";

const config = loadConfig(Deno.env.toObject());

export const running = await openProcess(config);
export const app = composeApp({ ...running, origin: originOf(config, config.port) });
