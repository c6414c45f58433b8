/** Runs the command line as a person types it: a process of its own, with settings, a folder and standard input. */
import { fileURLToPath } from "node:url";
import type { TestDatabase } from "./database.ts";

export interface Typed {
  /** Settings beside PATH and HOME; nothing else of this process's environment is passed on. */
  settings?: Record<string, string>;
  /** The folder in which it is typed. */
  folder?: string;
  input?: string;
}

export interface Printed {
  code: number;
  /** Standard output. */
  output: string;
  /** Standard error. */
  remarks: string;
}

const root = fileURLToPath(new URL("../..", import.meta.url));

export async function milepost(words: string[], typed: Typed = {}): Promise<Printed> {
  return await runTool(["tools/milepost.ts", ...words], typed);
}

/** Runs a file of the checkout with Deno until it ends. */
export async function runTool(
  words: string[],
  { settings = {}, folder, input = "" }: Typed,
): Promise<Printed> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--no-check", ...words],
    cwd: root,
    clearEnv: true,
    env: { ...inherited(), ...(folder ? { INIT_CWD: folder } : {}), ...settings },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, output: decode(stdout), remarks: decode(stderr) };
}

/** What a Deno process needs of the environment it is started in. */
export function inherited(): Record<string, string> {
  const names = ["PATH", "HOME", "DENO_DIR", "LANG"];
  return Object.fromEntries(names.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  }));
}

/** The settings that name a test database, as its three roles. */
export function settingsOf({ appUrl, systemUrl, ownerUrl }: TestDatabase): Record<string, string> {
  return { DATABASE_URL: appUrl, DATABASE_SYSTEM_URL: systemUrl, DATABASE_OWNER_URL: ownerUrl };
}
