/** The address by which browsers reach this server. */
import type { Config } from "./lib/core/config.ts";

/** The origin that the settings name, or the one of the address that is listened on. */
export function originOf(config: Config, port: number): string {
  if (config.origin) return config.origin;
  const host = config.host.includes(":") ? `[${config.host}]` : config.host;
  return `http://${host}:${port}`;
}
