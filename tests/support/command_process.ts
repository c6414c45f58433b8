/**
 * A process of its own that runs commands or jobs and says on standard output what it has begun and what was acknowledged, so that a
 * test can stop or kill it from outside at any moment. Started by `startCommandProcess`.
 */
import { fileURLToPath } from "node:url";
import { openDatabase } from "../../db/database.ts";
import { deliverMessage } from "../../jobs/handlers/deliver_message.ts";
import { handlers } from "../../jobs/handlers/list.ts";
import { startWorker } from "../../jobs/worker.ts";
import { jobActor } from "../../lib/core/actor.ts";
import { execute } from "../../lib/core/command.ts";
import { isMilepostError } from "../../lib/core/errors.ts";
import type { MessagePort } from "../../lib/integrations/port.ts";
import { registerVehicle, testActor, testEnvironment } from "./command.ts";
import { testSecrets } from "./environment.ts";
import { pause } from "./random.ts";

export interface ProcessTask {
  appUrl: string;
  systemUrl: string;
  /** Registers vehicles `v<from>` … with the keys `k<from>` …: one command after the other. */
  commands?: { tenantId: string; from: number; to: number };
  /** Works on jobs of kind `vehicle.add` and `process.kill`. */
  worker?: { leaseMs: number; workMs: number };
  /** Works on the jobs of the product. */
  productWorker?: boolean;
  /** Carries messages as well: each that is handed over is a line of this file, which a kill does not take back. */
  mailFile?: string;
}

export interface CommandProcess {
  /** The next line, such as `begun 7` or `done 7 <id>`; undefined when the process has ended. */
  next(): Promise<string | undefined>;
  signal(name: Deno.Signal): void;
  /** Kills it if it still runs, and waits for its end. */
  end(): Promise<void>;
}

export function startCommandProcess(task: ProcessTask): CommandProcess {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--no-check", fileURLToPath(import.meta.url), JSON.stringify(task)],
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = readLines(child.stdout);
  return {
    next: async () => (await lines.next()).value,
    signal: (name) => child.kill(name),
    async end() {
      try {
        child.kill("SIGKILL");
      } catch (error) {
        if (!(error instanceof TypeError)) throw error; // It has ended by itself.
      }
      await lines.return(undefined);
      await child.status;
    },
  };
}

async function* readLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, undefined> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of stream) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  return undefined;
}

/** Without a buffer: what was said before a SIGKILL is read. */
function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

/** As a mail server that takes everything, after a moment in which its caller may die. */
function mailInto(path: string): MessagePort {
  return {
    id: "file",
    async deliver({ id }) {
      Deno.writeTextFileSync(path, `${id}\n`, { append: true });
      await pause(30);
      return { outcome: "sent", providerId: id };
    },
  };
}

async function run(
  { appUrl, systemUrl, commands, worker, productWorker, mailFile }: ProcessTask,
): Promise<void> {
  const database = await openDatabase({
    appUrl,
    systemUrl,
    secrets: testSecrets,
    poolSize: 4,
    systemPoolSize: 2,
  });
  const environment = testEnvironment(database);
  if (commands) {
    for (let number = commands.from; number < commands.to; number++) {
      say(`begun ${number}`);
      const execution = { tenantId: commands.tenantId, actor: testActor(), key: `k${number}` };
      const input = { reference: `v${number}`, jobKind: "vehicle.check" };
      const { id } = await execute(environment, registerVehicle, execution, input);
      say(`done ${number} ${id}`);
    }
    await database.close();
  }
  if (productWorker) {
    const carriers = mailFile === undefined ? [] : [deliverMessage(mailInto(mailFile))];
    startWorker({ environment, sweepEveryMs: 50, handlers: [...handlers, ...carriers], report() {} });
  }
  if (worker) {
    const common = { maxAttempts: 2, leaseMs: worker.leaseMs, backOff: { firstMs: 1, longestMs: 1 } };
    startWorker({
      environment,
      sweepEveryMs: 50,
      report() {},
      concurrency: 2,
      handlers: [
        {
          ...common,
          kind: "vehicle.add",
          maxAttempts: 1_000,
          async run(given, job) {
            say(`begun ${job.id} ${job.attempt}`);
            await pause(worker.workMs);
            const execution = { tenantId: job.tenantId, actor: jobActor("vehicle.add"), job };
            // The attempt is in the reference: nothing but the fencing keeps a second attempt from adding a second vehicle.
            const input = { reference: `${(job.payload as { name: string }).name} ${job.attempt}` };
            try {
              await execute(given, registerVehicle, execution, input);
              say(`done ${job.id} ${job.attempt}`);
            } catch (error) {
              say(`refused ${job.id} ${job.attempt} ${isMilepostError(error) ? error.code : error}`);
              throw error;
            }
          },
        },
        {
          ...common,
          kind: "process.kill",
          run(_, job) {
            say(`dying ${job.id} ${job.attempt}`);
            Deno.kill(Deno.pid, "SIGKILL");
            return new Promise(() => {});
          },
        },
      ],
    });
  }
}

if (import.meta.main) await run(JSON.parse(Deno.args[0]));
