/** Serves the built app until the process is told to end, and then lets go of everything in order. */
import { loadConfig } from "../lib/core/config.ts";
import { milepostError } from "../lib/core/errors.ts";
import { requireSafeOrigin } from "../origin.ts";
import type { RunningProcess } from "../process.ts";
import { requireSafeConnections } from "../safe_connections.ts";
import { build } from "./build.ts";

/** How long requests may go on after the signal. */
const drainMs = 10_000;

type Fetch = (request: Request, info: Deno.ServeHandlerInfo) => Response | Promise<Response>;

/**
 * Serves with the settings of the environment and returns after a signal. Throws an error whose message is for people.
 * `onListen` hears the address.
 */
export async function serve(onListen: (url: string) => void): Promise<void> {
  const config = loadConfig(Deno.env.toObject());
  requireSafeOrigin(config);
  requireSafeConnections(config);
  await build();
  const ending = untilSignal();
  const { running }: { running: RunningProcess } = await import("../main.ts");
  try {
    // The address is no literal, because the file is only there once it is built.
    const built = new URL("../_fresh/server.js", import.meta.url).href;
    const { default: server }: { default: { fetch: Fetch } } = await import(built);
    const listener = listen(server.fetch, config.host, config.port);
    onListen(`http://${config.host}:${listener.addr.port}`);
    await ending;
    running.beginToEnd();
    await drain(listener);
  } finally {
    await running.close();
  }
}

function listen(fetch: Fetch, hostname: string, port: number): Deno.HttpServer<Deno.NetAddr> {
  try {
    return Deno.serve({ hostname, port, automaticCompression: true, onListen: () => {} }, fetch);
  } catch (cause) {
    const message = whyNotListening(cause, hostname, port);
    throw message === null ? cause : milepostError("InvalidSetting", { message, cause });
  }
}

function whyNotListening(error: unknown, host: string, port: number): string | null {
  if (error instanceof Deno.errors.AddrInUse) {
    return `Port ${port} of ${host} is in use. Stop the program that uses it, or choose another port, for example ` +
      `MILEPOST_PORT=${port < 65535 ? port + 1 : 8000}.`;
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return `This account may not listen on port ${port}. Choose one above 1023, for example MILEPOST_PORT=8000.`;
  }
  if (error instanceof Deno.errors.AddrNotAvailable || error instanceof TypeError) {
    return `This machine has no address ${host}. Set MILEPOST_HOST to one of its addresses, or to 127.0.0.1.`;
  }
  return null;
}

async function drain(listener: Deno.HttpServer<Deno.NetAddr>): Promise<void> {
  const { promise: timeout, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, drainMs);
  await Promise.race([listener.shutdown(), timeout]);
  clearTimeout(timer);
}

/** The first signal ends in order, the second at once. */
function untilSignal(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let asked = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => {
      if (asked) Deno.exit(130);
      asked = true;
      resolve();
    });
  }
  return promise;
}
