/** The address by which browsers reach this server. */
import type { Config } from "./lib/core/config.ts";
import { milepostError } from "./lib/core/errors.ts";

/** The origin that the settings name, or the one of the address that is listened on. */
export function originOf(config: Config, port: number): string {
  if (config.origin) return config.origin;
  const host = config.host.includes(":") ? `[${config.host}]` : config.host;
  return `http://${host}:${port}`;
}

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Refuses an address at which passwords would travel in the open: http is for this machine alone.
 * Throws `InvalidSetting`.
 */
export function requireSafeOrigin(config: Config): void {
  const { protocol, hostname, origin } = new URL(originOf(config, config.port));
  if (config.role === "worker" || protocol === "https:" || loopback.test(hostname)) return;
  throw milepostError("InvalidSetting", {
    message:
      `At ${origin} passwords would travel in the open. Set MILEPOST_ORIGIN to the https:// address by which ` +
      "browsers reach this server, or MILEPOST_HOST to 127.0.0.1.",
    fields: [{ field: "MILEPOST_ORIGIN", value: config.origin }],
  });
}
