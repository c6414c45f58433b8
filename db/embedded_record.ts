/** What an embedded server keeps beside its data, in a file of mode 600: its port and its passwords. */
import { join } from "node:path";
import { likeParent } from "./embedded_account.ts";
import { EmbeddedFailure } from "./embedded_failure.ts";
import { readIfThere } from "./embedded_files.ts";

export interface ServerRecord {
  port: number;
  passwords: { admin: string; owner: string; app: string; system: string };
}

export function recordPath(home: string): string {
  return join(home, "server.json");
}

/** Null where there is none yet. Throws EmbeddedFailure when it cannot be read as what it should be. */
export async function readRecord(home: string): Promise<ServerRecord | null> {
  const text = await readIfThere(recordPath(home));
  if (text === null) return null;
  try {
    const { port, passwords } = JSON.parse(text) as ServerRecord;
    const { admin, owner, app, system } = passwords;
    const whole = [admin, owner, app, system].every((password) =>
      typeof password === "string" && password !== ""
    );
    if (Number.isInteger(port) && port > 0 && port < 65_536 && whole) {
      return { port, passwords: { admin, owner, app, system } };
    }
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
  }
  throw new EmbeddedFailure(
    `${recordPath(home)} is damaged: it must hold the port and the passwords of the database. ` +
      `Restore it, or remove the folder ${home} to start with an empty database.`,
  );
}

export async function writeRecord(home: string, record: ServerRecord): Promise<void> {
  const unfinished = `${recordPath(home)}.unfinished`;
  await Deno.writeTextFile(unfinished, JSON.stringify(record, null, 2) + "\n", { mode: 0o600 });
  await likeParent(unfinished);
  await Deno.rename(unfinished, recordPath(home));
}

export function newRecord(): ServerRecord {
  const password = () => crypto.randomUUID().replaceAll("-", "");
  return {
    port: freePort(),
    passwords: { admin: password(), owner: password(), app: password(), system: password() },
  };
}

/** A port nobody listens on, below those that the system hands out for outgoing connections. */
export function freePort(): number {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = 20_000 + crypto.getRandomValues(new Uint16Array(1))[0] % 12_000;
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
  throw new EmbeddedFailure(
    "No free port was found on 127.0.0.1 between 20000 and 31999. Stop a program that uses one.",
  );
}
