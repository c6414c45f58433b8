/** Finds the browser that the tests drive, or installs Debian's where that is possible. */

/** Where browsers usually stand; MILEPOST_CHROMIUM names another. */
const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** The path of a chromium, or undefined where there is none. */
export function findChromium(): string | undefined {
  const named = Deno.env.get("MILEPOST_CHROMIUM");
  return named ?? places.find(exists);
}

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

/** Makes sure there is a chromium: as root on Debian it is installed by apt; elsewhere the error says what to do. */
export async function ensureChromium(): Promise<void> {
  if (findChromium() !== undefined) return;
  if (Deno.uid() === 0 && exists("/usr/bin/apt-get")) {
    console.error("Installing chromium from Debian's packages for the browser tests …");
    if (
      await run("apt-get", "update", "-qq") &&
      await run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium") &&
      findChromium() !== undefined
    ) return;
  }
  throw new Error(
    "The browser tests need chromium and none was found. Install it (Debian: apt-get install chromium) " +
      "or set MILEPOST_CHROMIUM to the path of one.",
  );
}
