/**
 * The embedded Postgres 18: starts the server of a named data set, or adopts the one that already runs. Data, port
 * and passwords stay in `.milepost/<name>` of the checkout. Any number of processes may use one server at a time; the
 * last one that lets go of it shuts it down.
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import {
  type AccountMode,
  chooseAccount,
  likeParent,
  makeOwnedFolder,
  type ServerAccount,
} from "./embedded_account.ts";
import { embeddedMajorVersion } from "./embedded_binaries.ts";
import { EmbeddedFailure } from "./embedded_failure.ts";
import { appRole, databaseStatements, ownerRole, roleStatements, systemRole } from "./roles.ts";

export interface EmbeddedOptions {
  /** `test` gives up safety against a power cut for speed; the others keep it. */
  name: "demo" | "dev" | "test";
  /** Folder of this server; `.milepost/<name>` of the checkout if left out. */
  directory?: string;
  /** Leaves the server running when this process lets go of it. */
  keep?: boolean;
  /** Forces the account of the server; for tests, and only as root. */
  mode?: AccountMode;
}

export interface EmbeddedServer {
  /** The superuser, for what a test or a drill must do to the server; the product never uses it. */
  adminUrl: string;
  ownerUrl: string;
  appUrl: string;
  systemUrl: string;
  port: number;
  dataDirectory: string;
  /** False when a server that already ran was adopted. */
  started: boolean;
  /** Lets go of the server; it shuts down with the last process that uses it. */
  stop(): Promise<void>;
}

/** What is kept beside the data, in a file of mode 600. */
interface ServerRecord {
  port: number;
  dataDirectory: string;
  passwords: { admin: string; owner: string; app: string; system: string };
}

const databaseName = "milepost";

/** Starts or adopts the server. Throws EmbeddedFailure with a sentence that says what to do. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const checkout = dirname(dirname(fileURLToPath(import.meta.url)));
  const wanted = options.directory ?? join(checkout, ".milepost", options.name);
  const home = await explained(wanted, async () => {
    await makeOwnedFolder(wanted);
    return await Deno.realPath(wanted);
  });
  const starting = await openLock(join(home, "starting.lock"));
  const using = await openLock(join(home, "using.lock"));
  try {
    await starting.lock(true);
    await using.lock(false);
    const kept = await readRecord(home);
    const adopted = kept !== null && await answers(kept);
    const record = adopted ? kept : await explained(home, () => start(home, kept, options));
    return {
      adminUrl: urlOf(record, "postgres", record.passwords.admin, "postgres"),
      ownerUrl: urlOf(record, ownerRole, record.passwords.owner),
      appUrl: urlOf(record, appRole, record.passwords.app),
      systemUrl: urlOf(record, systemRole, record.passwords.system),
      port: record.port,
      dataDirectory: record.dataDirectory,
      started: !adopted,
      stop: once(() => letGo(home, using, record, options.keep ?? false)),
    };
  } catch (error) {
    using.close();
    throw error;
  } finally {
    starting.close();
  }
}

async function letGo(home: string, using: Deno.FsFile, record: ServerRecord, keep: boolean): Promise<void> {
  if (keep) return using.close();
  const starting = await openLock(join(home, "starting.lock"));
  try {
    await starting.lock(true);
    await using.unlock();
    // Only the last user gets the lock for itself: a shared lock of any other process refuses it.
    if (await using.tryLock(true)) await shutDown(record);
  } finally {
    using.close();
    starting.close();
  }
}

async function shutDown(record: ServerRecord): Promise<void> {
  const running = await readPidFile(record.dataDirectory);
  if (!running) return;
  try {
    Deno.kill(running.pid, "SIGINT"); // Postgres' "fast" shutdown: rolls back what is open, writes a checkpoint.
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  const deadline = performance.now() + 30_000;
  while ((await readPidFile(record.dataDirectory))?.pid === running.pid) {
    if (performance.now() > deadline) {
      throw new EmbeddedFailure(
        `Postgres (process ${running.pid}) did not shut down within 30 seconds. ` +
          `Stop it with "kill -QUIT ${running.pid}"; committed data is safe.`,
      );
    }
    await delay(10);
  }
}

async function start(
  home: string,
  kept: ServerRecord | null,
  options: EmbeddedOptions,
): Promise<ServerRecord> {
  const account = await chooseAccount(home, options.mode);
  const dataDirectory = join(account.place, "data");
  const version = await readIfThere(join(dataDirectory, "PG_VERSION"));
  if (version !== null && version.trim() !== embeddedMajorVersion) {
    throw new EmbeddedFailure(
      `The data in ${dataDirectory} was written by Postgres ${version.trim()}, and this is Postgres ` +
        `${embeddedMajorVersion}. Move the folder ${home} away to start with an empty database.`,
    );
  }
  if (version !== null && kept === null) {
    throw new EmbeddedFailure(
      `The passwords of the database in ${dataDirectory} are missing: ${
        recordPath(home)
      } is gone. Put the file ` +
        `back, or remove the folder ${home} to start with an empty database.`,
    );
  }
  let record = kept ?? { port: freePort(), dataDirectory, passwords: newPasswords() };
  if (record.dataDirectory !== dataDirectory || kept === null) {
    record = { ...record, dataDirectory }; // A checkout that was copied or moved.
    await writeRecord(home, record);
  }
  if (version === null) await initialise(account, record, options);
  await dropForeignPidFile(dataDirectory);
  record = await launch(home, account, record, options);
  await prepareServer(record);
  return record;
}

async function initialise(
  account: ServerAccount,
  record: ServerRecord,
  options: EmbeddedOptions,
): Promise<void> {
  // Another name until it is whole: an initdb that was killed leaves nothing that looks like a database.
  const unfinished = `${record.dataDirectory}.unfinished`;
  const passwordFile = join(account.place, "password");
  await Deno.remove(unfinished, { recursive: true }).catch(ignoreMissing);
  await Deno.writeTextFile(passwordFile, record.passwords.admin, { mode: 0o600 });
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
      ...(options.name === "test" ? ["--no-sync"] : []),
    ]);
    if (!result.ok) throw startFailure(record, result.output);
    await Deno.rename(unfinished, record.dataDirectory);
  } finally {
    await Deno.remove(passwordFile);
  }
}

async function launch(
  home: string,
  account: ServerAccount,
  kept: ServerRecord,
  options: EmbeddedOptions,
): Promise<ServerRecord> {
  let record = kept;
  const log = join(account.place, "log");
  for (let attempt = 1;; attempt++) {
    await Deno.rename(log, `${log}.previous`).catch(ignoreMissing);
    // pg_ctl puts the server into a session of its own, so that Ctrl+C in the terminal does not reach it before the
    // program has drained.
    const result = await account.run("pg_ctl", [
      "start",
      `--pgdata=${record.dataDirectory}`,
      `--log=${log}`,
      "--wait",
      "--timeout=60",
      "--silent",
      `--options=${serverSettings(record.port, options.name)}`,
    ]);
    if (result.ok) return record;
    const output = result.output + (await readIfThere(log) ?? "");
    if (!/address already in use/i.test(output) || attempt === 5) throw startFailure(record, output);
    // Somebody took the port while the server was down. Nobody but this folder knows the number, so another will do.
    record = { ...record, port: freePort() };
    await writeRecord(home, record);
  }
}

function serverSettings(port: number, name: EmbeddedOptions["name"]): string {
  const settings: Record<string, string> = {
    port: String(port),
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "''",
    max_connections: "200",
    timezone: "UTC",
    shared_buffers: "256MB",
    max_wal_size: "2GB",
    random_page_cost: "1.1",
    jit: "off",
    log_checkpoints: "off",
    ...(name === "test" ? { fsync: "off", full_page_writes: "off", shared_buffers: "128MB" } : {}),
  };
  return Object.entries(settings).map(([setting, value]) => `-c ${setting}=${value}`).join(" ");
}

async function prepareServer(record: ServerRecord): Promise<void> {
  const sql = connect(record);
  try {
    for (const statement of roleStatements(record.passwords)) await sql.unsafe(statement);
    const existing = await sql`select from pg_database where datname = ${databaseName}`;
    if (existing.length === 0) await sql.unsafe(`create database ${databaseName} owner ${ownerRole}`);
    for (const statement of databaseStatements(databaseName)) await sql.unsafe(statement);
  } finally {
    await sql.end();
  }
}

/** Whether the server on the kept port is the one over our data: two checkouts, or a copy of one, must not meet. */
async function answers(record: ServerRecord): Promise<boolean> {
  if (!(await readPidFile(record.dataDirectory))) return false;
  const deadline = performance.now() + 30_000;
  while (true) {
    const sql = connect(record);
    try {
      const [row] = await sql`select current_setting('data_directory') as directory`;
      return row.directory === record.dataDirectory;
    } catch (error) {
      const code = (error as { code?: string }).code;
      // 57P03: it is still starting, recovering, or shutting down.
      if (code !== "57P03" || performance.now() > deadline) return false;
      await delay(50);
    } finally {
      await sql.end({ timeout: 1 });
    }
  }
}

function connect(record: ServerRecord): postgres.Sql {
  return postgres(urlOf(record, "postgres", record.passwords.admin, "postgres"), {
    max: 1,
    connect_timeout: 10,
    fetch_types: false,
    onnotice: () => {},
  });
}

/** A copy of a checkout carries the process file of the original's server, which would stop this one from starting. */
async function dropForeignPidFile(dataDirectory: string): Promise<void> {
  const pidFile = await readPidFile(dataDirectory);
  if (!pidFile || pidFile.dataDirectory === dataDirectory) return;
  const [ours, theirs] = await Promise.all([
    Deno.stat(dataDirectory),
    Deno.stat(pidFile.dataDirectory).catch(() => null),
  ]);
  // Where the other folder is gone, this one was moved, perhaps under a running server: Postgres itself decides.
  if (theirs && theirs.ino !== ours.ino) await Deno.remove(join(dataDirectory, "postmaster.pid"));
}

async function readPidFile(dataDirectory: string): Promise<{ pid: number; dataDirectory: string } | null> {
  const text = await readIfThere(join(dataDirectory, "postmaster.pid"));
  if (!text) return null;
  const [pid, directory] = text.split("\n");
  return { pid: Number(pid), dataDirectory: directory };
}

function recordPath(home: string): string {
  return join(home, "server.json");
}

async function readRecord(home: string): Promise<ServerRecord | null> {
  const text = await readIfThere(recordPath(home));
  if (text === null) return null;
  try {
    const { port, dataDirectory, passwords } = JSON.parse(text) as ServerRecord;
    const { admin, owner, app, system } = passwords;
    const texts = [dataDirectory, admin, owner, app, system];
    if (
      Number.isInteger(port) && port > 0 && port < 65536 &&
      texts.every((one) => typeof one === "string" && one)
    ) {
      return { port, dataDirectory, passwords: { admin, owner, app, system } };
    }
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
  }
  throw new EmbeddedFailure(
    `${
      recordPath(home)
    } is damaged: it must hold the port, the data folder and the passwords of the database. ` +
      `Restore it, or remove the folder ${home} to start with an empty database.`,
  );
}

async function writeRecord(home: string, record: ServerRecord): Promise<void> {
  const unfinished = `${recordPath(home)}.unfinished`;
  await Deno.writeTextFile(unfinished, JSON.stringify(record, null, 2) + "\n", { mode: 0o600 });
  await likeParent(unfinished);
  await Deno.rename(unfinished, recordPath(home));
}

function newPasswords(): ServerRecord["passwords"] {
  const password = () => crypto.randomUUID().replaceAll("-", "");
  return { admin: password(), owner: password(), app: password(), system: password() };
}

/** A port nobody listens on, below those that the system hands out for outgoing connections. */
function freePort(): number {
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

function urlOf(record: ServerRecord, role: string, password: string, database = databaseName): string {
  return `postgres://${role}:${password}@127.0.0.1:${record.port}/${database}`;
}

/** Turns what Postgres wrote into one sentence that says what to do. */
function startFailure(record: ServerRecord, output: string): EmbeddedFailure {
  const folder = record.dataDirectory;
  const reasons: [RegExp, string][] = [
    [
      /address already in use/i,
      `Port ${record.port} on 127.0.0.1 is taken. Stop the program that uses it and start again.`,
    ],
    [/no space left on device/i, `The disk that holds ${folder} is full. Free some space and start again.`],
    [
      /permission denied/i,
      `The account that runs Postgres may not read or write ${folder}. Correct its owner.`,
    ],
    [
      /pre-existing shared memory block|lock file "postmaster.pid" already exists/i,
      `Another Postgres still runs over ${folder}. Stop it (its process number is in postmaster.pid) and start again.`,
    ],
    [
      /database files are incompatible/i,
      `The data in ${folder} were written by another version of Postgres.`,
    ],
  ];
  const reason = reasons.find(([pattern]) => pattern.test(output))?.[1] ?? `It wrote into its log:`;
  return new EmbeddedFailure(
    `The embedded Postgres did not start. ${reason}\n${output.trim().split("\n").slice(-8).join("\n")}`,
  );
}

/** Wraps what the file system refuses, with the folder and what to do. */
async function explained<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) {
      throw new EmbeddedFailure(
        `No permission to work in ${folder} (${error.message}). Run as its owner, or correct its owner.`,
      );
    }
    if ((error as { code?: string }).code === "ENOSPC") {
      throw new EmbeddedFailure(`The disk that holds ${folder} is full. Free some space and start again.`);
    }
    throw error;
  }
}

async function openLock(path: string): Promise<Deno.FsFile> {
  return await explained(dirname(path), async () => {
    const file = await Deno.open(path, { create: true, read: true, write: true });
    await likeParent(path);
    return file;
  });
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

function once(work: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | undefined;
  return () => result ??= work();
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
