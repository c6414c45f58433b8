/** What the log of the process keeps of requests: a line for each that a guard refused or that failed. `docs/security/logs.md` lists them. */
import type { State } from "./define.ts";
import { actorKey } from "./lib/core/actor.ts";

/** Answers of guards: unreadable, not known, no right or a foreign site, too slow, too large, too long, too many. */
const guards = new Set([400, 401, 403, 408, 413, 414, 429]);
/** Whoever floods the server must not flood its log too; how many were left out stands in the next line. */
const mostPerSecond = 20;

/** Writes one JSON object as one line to standard error, so that no text in it can look like another line. */
export function writeLog(line: Readonly<Record<string, unknown>>): void {
  const text = JSON.stringify({ at: new Date().toISOString(), ...line });
  Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
}

/** Method and path of a request for the log: without its query, and without the secret that stands in the address of a link. */
export function nameRequest(method: string, { pathname }: URL): string {
  return `${method} ${pathname.replace(/[\w-]{43,}/g, "…").slice(0, 500)}`;
}

/** Gives what logs a refused request: who asked for what, from where, and how it was answered. Anything else it leaves alone. */
export function openRefusalLog(nowMs = () => performance.now()) {
  let second = -1, written = 0, leftOut = 0;
  return (state: State, request: string, status: number, code: string): void => {
    if (!guards.has(status)) return;
    const current = Math.floor(nowMs() / 1000);
    if (current !== second) [second, written] = [current, 0];
    if (written++ >= mostPerSecond) {
      leftOut++;
      return;
    }
    const { requestId, reach: { address }, session, caller } = state;
    const actor = caller?.actor ?? session?.actor;
    writeLog({
      level: "warning",
      what: "refused",
      requestId,
      request,
      status,
      code,
      address,
      actor: actor && actorKey(actor),
      tenantId: caller?.tenantId ?? session?.tenant?.id,
      leftOut: leftOut || undefined,
    });
    leftOut = 0;
  };
}
