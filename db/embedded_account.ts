/**
 * Chooses the account under which the embedded Postgres runs. Postgres refuses to run as root, and the account it is
 * given may not be able to enter a checkout under a directory of mode 700 such as root's home.
 */
import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { type BinariesDirectory, copyBinaries, findBinaries } from "./embedded_binaries.ts";
import { EmbeddedFailure } from "./embedded_failure.ts";

/**
 * - `direct`: as the caller, an ordinary user.
 * - `namespace`: root, in a user namespace in which root carries another number; everything stays in place.
 * - `account`: root, as another account that can enter the checkout; everything stays in place.
 * - `relocated`: root, as another account; programs and data lie in a folder of their own outside the checkout.
 */
export type AccountMode = "direct" | "namespace" | "account" | "relocated";

export interface ServerAccount {
  mode: AccountMode;
  /** Folder of mode 700 that the account owns: the data folder and the log lie in it. */
  place: string;
  dataDirectory: string;
  /** Runs one of the Postgres programs to its end and gives what it wrote. */
  run(program: "initdb" | "pg_ctl" | "postgres", args: string[]): Promise<ProgramResult>;
  /** Hands a file over to the account, so that it can read what root wrote for it. */
  give(path: string): Promise<void>;
}

export interface ProgramResult {
  ok: boolean;
  output: string;
}

interface Identity {
  uid: number;
  gid: number;
}

/** The account `nobody` on every Linux distribution: owns nothing, may do nothing. */
const nobody: Identity = { uid: 65534, gid: 65534 };

/** Finds an account that can run the server with its data under `home`; `mode` forces one way (for tests). */
export async function chooseAccount(home: string, mode?: AccountMode): Promise<ServerAccount> {
  const binaries = await findBinaries();
  const [inPlace, relocatedPlace] = placesOf(home);
  if (Deno.uid() !== 0) return await account("direct", binaries, inPlace);

  if (mode !== "relocated" && (mode !== undefined || !(await identityOf(relocatedPlace)))) {
    const owner = await identityOf(inPlace) ?? await identityOf(home) ?? { uid: 0, gid: 0 };
    const owned = owner.uid !== 0;
    const candidates: [AccountMode, Identity | undefined][] = owned
      ? [["account", owner]]
      : [["namespace", undefined], ["account", nobody]];
    for (const [candidate, identity] of candidates) {
      if (mode !== undefined && mode !== candidate) continue;
      if (await canRun(candidate, binaries, inPlace, identity)) {
        return await account(candidate, binaries, inPlace, identity);
      }
    }
  }
  if (mode !== undefined && mode !== "relocated") {
    throw new EmbeddedFailure(`This machine does not let root run Postgres in the way "${mode}".`);
  }
  const base = dirname(relocatedPlace);
  await makeRootFolder(base);
  const copied = await copyBinaries(binaries, join(base, "postgres-18"));
  return await account("relocated", copied, relocatedPlace, nobody);
}

/**
 * Where the server of `home` may lie: in it, or, for root, outside the checkout where every account may enter, in one
 * folder per checkout, so that two never meet.
 */
export function placesOf(home: string): string[] {
  const inPlace = join(home, "postgres");
  if (Deno.uid() !== 0) return [inPlace];
  const hash = createHash("sha256").update(dirname(home)).digest("hex").slice(0, 12);
  return [inPlace, join(`/var/tmp/milepost-${hash}`, basename(home))];
}

/** /var/tmp is open to everybody: a folder that somebody else put there in wait must not be used. */
async function makeRootFolder(path: string): Promise<void> {
  await Deno.mkdir(path, { mode: 0o711 }).catch((error) => {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  });
  const info = await Deno.lstat(path);
  if (!info.isDirectory || info.uid !== 0 || ((info.mode ?? 0) & 0o022) !== 0) {
    throw new EmbeddedFailure(
      `The folder ${path} belongs to another account, so Postgres does not use it. Remove it and start again.`,
    );
  }
}

async function account(
  mode: AccountMode,
  binaries: BinariesDirectory,
  place: string,
  identity?: Identity,
): Promise<ServerAccount> {
  const give = async (path: string) => {
    if (identity) await Deno.chown(path, identity.uid, identity.gid);
  };
  if (!(await identityOf(place))) {
    await Deno.mkdir(place, { mode: 0o700 });
    await give(place);
  }
  return {
    mode,
    place,
    dataDirectory: join(place, "data"),
    give,
    run: (program, args) => run(mode, binaries, place, identity, program, args),
  };
}

async function canRun(
  mode: AccountMode,
  binaries: BinariesDirectory,
  place: string,
  identity?: Identity,
): Promise<boolean> {
  return (await run(mode, binaries, place, identity, "postgres", ["--version"])).ok;
}

async function run(
  mode: AccountMode,
  binaries: BinariesDirectory,
  place: string,
  identity: Identity | undefined,
  program: string,
  args: string[],
): Promise<ProgramResult> {
  const path = join(binaries, "bin", program);
  const command = mode === "namespace" ? ["unshare", "--user", "--map-user=1000", "--", path] : [path];
  try {
    const { success, stdout, stderr } = await new Deno.Command(command[0], {
      args: [...command.slice(1), ...args],
      // Entering the folder fails for an account that has no right to: canRun relies on it.
      cwd: dirname(place),
      // PG* and LD_LIBRARY_PATH of the caller would send the server to other settings and libraries.
      clearEnv: true,
      env: { PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" },
      stdin: "null",
      ...identity,
    }).output();
    const decoder = new TextDecoder();
    return { ok: success, output: decoder.decode(stdout) + decoder.decode(stderr) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) {
      return { ok: false, output: error.message };
    }
    throw error;
  }
}

async function identityOf(path: string): Promise<Identity | null> {
  try {
    const { uid, gid } = await Deno.lstat(path);
    return { uid: uid ?? 0, gid: gid ?? 0 };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/**
 * Makes a folder and those above it; a root who works in somebody's checkout leaves them to the owner of the
 * checkout, who would otherwise be locked out.
 */
export async function makeOwnedFolder(path: string): Promise<void> {
  if (await identityOf(path)) return;
  await makeOwnedFolder(dirname(path));
  await Deno.mkdir(path, { mode: 0o755 }).catch((error) => {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  });
  await likeParent(path);
}

/** Gives a new file to the owner of its folder, when root made it. */
export async function likeParent(path: string): Promise<void> {
  const parent = await identityOf(dirname(path));
  if (Deno.uid() === 0 && parent && parent.uid !== 0) await Deno.chown(path, parent.uid, parent.gid);
}
