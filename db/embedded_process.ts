/** The server process of an embedded Postgres: makes its data folder, starts it, finds it again, shuts it down. */
import { join } from "node:path";
import type { ServerAccount } from "./embedded_account.ts";
import { EmbeddedFailure } from "./embedded_failure.ts";
import { ignoreMissing, readIfThere } from "./embedded_files.ts";

/** Makes the data folder; `password` is the superuser's. `durable` false gives up safety against a power cut. */
export async function initialise(account: ServerAccount, password: string, durable: boolean): Promise<void> {
  // Another name until it is whole: an initdb that was killed leaves nothing that looks like a database.
  const unfinished = `${account.dataDirectory}.unfinished`;
  const passwordFile = join(account.place, "password");
  await Deno.remove(unfinished, { recursive: true }).catch(ignoreMissing);
  await Deno.writeTextFile(passwordFile, password, { mode: 0o600 });
  await account.give(passwordFile);
  try {
    const result = await account.run("initdb", [
      `--pgdata=${unfinished}`,
      "--username=postgres",
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      // Sorts the same on every machine, whatever its C library: an index never silently changes its order.
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      "--locale=C",
      ...(durable ? [] : ["--no-sync"]),
    ]);
    if (!result.ok) throw startFailure(account.dataDirectory, result.output);
    await Deno.rename(unfinished, account.dataDirectory);
  } finally {
    await Deno.remove(passwordFile);
  }
}

/** Starts the server and waits until it answers. Gives false when the port was taken. */
export async function launch(account: ServerAccount, port: number, durable: boolean): Promise<boolean> {
  const log = join(account.place, "log");
  await dropStalePidFile(account.dataDirectory);
  for (let attempt = 1;; attempt++) {
    await Deno.rename(log, `${log}.previous`).catch(ignoreMissing);
    // pg_ctl puts the server into a session of its own, so that Ctrl+C in the terminal does not reach it before the
    // program has drained.
    const result = await account.run("pg_ctl", [
      "start",
      `--pgdata=${account.dataDirectory}`,
      `--log=${log}`,
      "--wait",
      "--timeout=60",
      "--silent",
      `--options=${serverSettings(port, durable)}`,
    ]);
    if (result.ok) return true;
    const output = result.output + (await readIfThere(log) ?? "");
    if (/address already in use/i.test(output)) return false;
    // The children of a server that was killed need a moment to notice.
    if (!/shared memory block .* is still in use/i.test(output) || attempt === 20) {
      await checkSpace(account.place);
      throw startFailure(account.dataDirectory, output);
    }
    await delay(250);
  }
}

/** On a full disk Postgres cannot even write why it stops. Throws as the file system does (ENOSPC). */
async function checkSpace(place: string): Promise<void> {
  const probe = join(place, "probe");
  try {
    await Deno.writeFile(probe, new Uint8Array(65_536));
  } finally {
    await Deno.remove(probe).catch(ignoreMissing);
  }
}

function serverSettings(port: number, durable: boolean): string {
  const settings: Record<string, string> = {
    port: String(port),
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "''",
    max_connections: "200",
    timezone: "UTC",
    shared_buffers: durable ? "256MB" : "128MB",
    max_wal_size: "2GB",
    random_page_cost: "1.1",
    jit: "off",
    log_checkpoints: "off",
    ...(durable ? {} : { fsync: "off", full_page_writes: "off" }),
  };
  return Object.entries(settings).map(([setting, value]) => `-c ${setting}=${value}`).join(" ");
}

/** Shuts the server over a data folder down, if one runs, and waits for its end. */
export async function shutDown(dataDirectory: string): Promise<void> {
  const running = await readPidFile(dataDirectory);
  if (!running || running.dataDirectory !== dataDirectory || !(await isPostgres(running))) return;
  Deno.kill(running.pid, "SIGINT"); // Postgres' "fast" shutdown: rolls back what is open, writes a checkpoint.
  const deadline = performance.now() + 30_000;
  while ((await readPidFile(dataDirectory))?.pid === running.pid && await isPostgres(running)) {
    if (performance.now() > deadline) {
      throw new EmbeddedFailure(
        `Postgres (process ${running.pid}) did not shut down within 30 seconds. ` +
          `Stop it with "kill -QUIT ${running.pid}"; committed data is safe.`,
      );
    }
    await delay(10);
  }
}

/** What postmaster.pid says about the server that made it. */
interface PidFile {
  pid: number;
  dataDirectory: string;
}

export async function readPidFile(dataDirectory: string): Promise<PidFile | null> {
  const text = await readIfThere(join(dataDirectory, "postmaster.pid"));
  if (!text) return null;
  const [pid, directory] = text.split("\n");
  return { pid: Number(pid), dataDirectory: directory };
}

/**
 * Whether the process that the file names is a server over the folder it names. After a crash the number may belong to
 * another program, or to a process that ended and that nobody has collected; Postgres would take both for a server.
 */
async function isPostgres({ pid, dataDirectory }: PidFile): Promise<boolean> {
  if (Deno.build.os !== "linux") return true; // Postgres itself decides.
  const commandLine = await readIfThere(`/proc/${pid}/cmdline`);
  return commandLine !== null && commandLine.split("\0").includes(dataDirectory);
}

/** Removes a process file that no server of this folder stands behind, and that would keep one from starting. */
async function dropStalePidFile(dataDirectory: string): Promise<void> {
  const pidFile = await readPidFile(dataDirectory);
  if (!pidFile) return;
  if (pidFile.dataDirectory !== dataDirectory) {
    const [ours, theirs] = await Promise.all([
      Deno.stat(dataDirectory),
      Deno.stat(pidFile.dataDirectory).catch(() => null),
    ]);
    // Where the other folder is gone, this one was moved, perhaps under a running server. Else it is a copy.
    if (!theirs && await isPostgres(pidFile) || theirs?.ino === ours.ino) return;
  } else if (await isPostgres(pidFile)) return;
  await Deno.remove(join(dataDirectory, "postmaster.pid"));
}

/** Turns what Postgres wrote into a sentence that says what to do. */
export function startFailure(folder: string, output: string): EmbeddedFailure {
  const reasons: [RegExp, string][] = [
    [/no space left on device/i, `The disk that holds ${folder} is full. Free some space and start again.`],
    [
      /permission denied/i,
      `The account that runs Postgres may not read or write ${folder}. Correct its owner.`,
    ],
    [
      /shared memory block .* is still in use|lock file "postmaster.pid" already exists/i,
      `Another Postgres still runs over ${folder}. Stop it (its process number is in postmaster.pid) and start again.`,
    ],
  ];
  const reason = reasons.find(([pattern]) => pattern.test(output))?.[1] ?? "It wrote into its log:";
  const last = output.trim().split("\n").slice(-8).join("\n");
  return new EmbeddedFailure(`The embedded Postgres did not start. ${reason}\n${last}`);
}

export function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
