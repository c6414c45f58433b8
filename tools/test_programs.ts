/** Finds the programs that the tests drive, or installs Debian's where that is possible. */

/** Where browsers usually stand; MILEPOST_CHROMIUM names another. */
const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}

/** The path of a chromium, or undefined where there is none. */
export function findChromium(): string | undefined {
  const named = Deno.env.get("MILEPOST_CHROMIUM");
  return named ?? places.find(exists);
}

function isOnPath(program: string): boolean {
  return (Deno.env.get("PATH") ?? "").split(":").some((folder) => exists(`${folder}/${program}`));
}

/** What attacks the server from outside, for the long form of those tests alone. */
export const scanners: readonly string[] = ["wapiti", "sqlmap"];

/** By Debian's package: whether it is here. */
const programs: Readonly<Record<string, () => boolean>> = {
  chromium: () => findChromium() !== undefined,
  "redis-server": () => isOnPath("redis-server"),
  openssl: () => isOnPath("openssl"),
  wapiti: () => isOnPath("wapiti"),
  sqlmap: () => isOnPath("sqlmap"),
};

/** What every run of the tests needs. */
const always = Object.keys(programs).filter((name) => !scanners.includes(name));

async function run(command: string, ...args: string[]): Promise<boolean> {
  const { success } = await new Deno.Command(command, {
    args,
    env: { DEBIAN_FRONTEND: "noninteractive" },
    stdin: "null",
    stdout: "null",
    stderr: "inherit",
  }).output();
  return success;
}

/**
 * Makes sure that the programs of these packages are here, all that every run needs if none is named: as root on Debian they are installed by apt;
 * elsewhere the error says what to do.
 */
export async function ensurePrograms(packages: readonly string[] = always): Promise<void> {
  const listMissing = () => packages.filter((name) => !programs[name]());
  const missing = listMissing();
  if (missing.length === 0) return;
  if (Deno.uid() === 0 && exists("/usr/bin/apt-get")) {
    console.error(`Installing ${missing.join(", ")} from Debian's packages for the tests …`);
    if (
      await run("apt-get", "update", "-qq") &&
      await run("apt-get", "install", "-y", "-qq", "--no-install-recommends", ...missing) &&
      listMissing().length === 0
    ) return;
  }
  const left = listMissing();
  throw new Error(
    `The tests need ${left.join(", ")}, and that was not found. Install it (Debian: apt-get install ${
      left.join(" ")
    })${left.includes("chromium") ? " or set MILEPOST_CHROMIUM to the path of a browser" : ""}.`,
  );
}
