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
  placesOf,
  type ServerAccount,
} from "./embedded_account.ts";
import { embeddedMajorVersion } from "./embedded_binaries.ts";
import { EmbeddedFailure } from "./embedded_failure.ts";
import { readIfThere } from "./embedded_files.ts";
import { delay, initialise, launch, readPidFile, shutDown } from "./embedded_process.ts";
import {
  freePort,
  newRecord,
  readRecord,
  recordPath,
  type ServerRecord,
  writeRecord,
} from "./embedded_record.ts";
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

interface RunningServer {
  record: ServerRecord;
  dataDirectory: string;
}

const databaseName = "milepost";

/** Starts or adopts the server. Throws EmbeddedFailure with a sentence that says what to do. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const checkout = dirname(dirname(fileURLToPath(import.meta.url)));
  const wanted = options.directory ?? join(checkout, ".milepost", options.name);
  return await explained(wanted, async () => {
    await makeOwnedFolder(wanted);
    return await startIn(await Deno.realPath(wanted), options);
  });
}

async function startIn(home: string, options: EmbeddedOptions): Promise<EmbeddedServer> {
  const starting = await openLock(join(home, "starting.lock"));
  const using = await openLock(join(home, "using.lock"));
  try {
    await starting.lock(true);
    await using.lock(false);
    const kept = await readRecord(home);
    const adopted = kept && await findRunning(home, kept);
    const { record, dataDirectory } = adopted ?? await start(home, kept, options);
    return {
      adminUrl: urlOf(record, "postgres", record.passwords.admin, "postgres"),
      ownerUrl: urlOf(record, ownerRole, record.passwords.owner),
      appUrl: urlOf(record, appRole, record.passwords.app),
      systemUrl: urlOf(record, systemRole, record.passwords.system),
      port: record.port,
      dataDirectory,
      started: adopted === null,
      stop: once(() => letGo(home, using, dataDirectory, options.keep ?? false)),
    };
  } catch (error) {
    using.close();
    throw error;
  } finally {
    starting.close();
  }
}

async function letGo(home: string, using: Deno.FsFile, dataDirectory: string, keep: boolean): Promise<void> {
  if (keep) return using.close();
  const starting = await openLock(join(home, "starting.lock"));
  try {
    await starting.lock(true);
    await using.unlock();
    // Only the last user gets the lock for itself: a shared lock of any other process refuses it.
    if (await using.tryLock(true)) await shutDown(dataDirectory);
  } finally {
    using.close();
    starting.close();
  }
}

async function start(
  home: string,
  kept: ServerRecord | null,
  options: EmbeddedOptions,
): Promise<RunningServer> {
  const durable = options.name !== "test";
  const account = await chooseAccount(home, options.mode);
  const version = await readIfThere(join(account.dataDirectory, "PG_VERSION"));
  if (version !== null) checkExisting(home, account.dataDirectory, version.trim(), kept);
  let record = kept ?? newRecord();
  if (kept === null) await writeRecord(home, record);
  if (version === null) await initialise(account, record.passwords.admin, durable);
  for (let attempt = 1; !(await launch(account, record.port, durable)); attempt++) {
    if (attempt === 5) {
      throw new EmbeddedFailure(
        `Port ${record.port} on 127.0.0.1 is taken, and four others were, too. Stop the program that takes them.`,
      );
    }
    // Somebody took the port while the server was down. Nobody but this folder knows the number, so another will do.
    record = { ...record, port: freePort() };
    await writeRecord(home, record);
  }
  await prepareServer(account, record);
  return { record, dataDirectory: account.dataDirectory };
}

function checkExisting(
  home: string,
  dataDirectory: string,
  version: string,
  kept: ServerRecord | null,
): void {
  if (version !== embeddedMajorVersion) {
    throw new EmbeddedFailure(
      `The data in ${dataDirectory} was written by Postgres ${version}, and this is Postgres ` +
        `${embeddedMajorVersion}. Move the folder ${home} away to start with an empty database.`,
    );
  }
  if (kept === null) {
    throw new EmbeddedFailure(
      `The passwords of the database in ${dataDirectory} are missing: ${recordPath(home)} is gone. ` +
        `Put the file back, or remove the folder ${home} to start with an empty database.`,
    );
  }
}

async function prepareServer(account: ServerAccount, record: ServerRecord): Promise<void> {
  const sql = connect(record);
  try {
    for (const statement of roleStatements(record.passwords)) await sql.unsafe(statement);
    const existing = await sql`select from pg_database where datname = ${databaseName}`;
    if (existing.length === 0) await sql.unsafe(`create database ${databaseName} owner ${ownerRole}`);
    for (const statement of databaseStatements(databaseName)) await sql.unsafe(statement);
  } catch (error) {
    await shutDown(account.dataDirectory); // Else the next process would adopt a server without its roles.
    throw error;
  } finally {
    await sql.end();
  }
}

/**
 * The server of this folder, if one runs. What answers on the kept port is ours only if it serves our data: two
 * checkouts, or a copy of one, must not meet.
 */
async function findRunning(home: string, record: ServerRecord): Promise<RunningServer | null> {
  for (const place of placesOf(home)) {
    const dataDirectory = join(place, "data");
    if (await readPidFile(dataDirectory) && await serves(record, dataDirectory)) {
      return { record, dataDirectory };
    }
  }
  return null;
}

async function serves(record: ServerRecord, dataDirectory: string): Promise<boolean> {
  const deadline = performance.now() + 30_000;
  while (true) {
    const sql = connect(record);
    try {
      const [row] = await sql`select current_setting('data_directory') as directory`;
      return row.directory === dataDirectory;
    } catch (error) {
      const stillStarting = "57P03"; // Or recovering, or shutting down.
      if ((error as { code?: string }).code !== stillStarting || performance.now() > deadline) return false;
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

function urlOf(record: ServerRecord, role: string, password: string, database = databaseName): string {
  return `postgres://${role}:${password}@127.0.0.1:${record.port}/${database}`;
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
    if ((error as { code?: string }).code === "EROFS") {
      throw new EmbeddedFailure(
        `The disk that holds ${folder} takes no writing. Copy the checkout to one that does.`,
      );
    }
    if ((error as { code?: string }).code === "ENOSPC") {
      throw new EmbeddedFailure(`The disk that holds ${folder} is full. Free some space and start again.`);
    }
    throw error;
  }
}

async function openLock(path: string): Promise<Deno.FsFile> {
  const file = await Deno.open(path, { create: true, read: true, write: true });
  await likeParent(path);
  return file;
}

function once(work: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | undefined;
  return () => result ??= work();
}
