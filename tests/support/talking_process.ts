/** A process of its own that says on standard output what it has begun and what was acknowledged, to be killed from outside. */
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

export interface TalkingProcess {
  /** What it says, line by line, until it ends. */
  lines: AsyncIterable<string>;
  kill(): void;
  ended: Promise<Deno.CommandStatus>;
}

const variable = "TALKING_PROCESS_TASK";

/** Runs a module as a program with a task, which it reads by `taskOf`. */
export function startTalkingProcess(moduleUrl: string, task: unknown): TalkingProcess {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--no-check", fileURLToPath(moduleUrl)],
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    env: { [variable]: JSON.stringify(task) },
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  return {
    lines: createInterface({ input: Readable.from(child.stdout) }),
    kill: () => child.kill("SIGKILL"),
    ended: child.status,
  };
}

/** The task that this process was started with. */
export function taskOf<Task>(): Task {
  return JSON.parse(Deno.env.get(variable)!);
}

/** Without a buffer: what was said before a SIGKILL is read. */
export function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
