/**
 * A process of its own that records payments one after the other and says what it has begun and what was acknowledged, so that a
 * test can kill it from outside at any moment. Started by `startPaymentProcess`.
 */
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { openDatabase } from "../../db/database.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { execute } from "../../lib/core/command.ts";
import { type PaymentInput, recordPayment } from "../../lib/payments/commands.ts";
import { testActor, testEnvironment } from "./command.ts";

export interface PaymentTask {
  appUrl: string;
  systemUrl: string;
  tenantId: string;
  /** Business time, the same in every life of the process. */
  now: string;
  /** What to record, in this order; the key of each is its place in the list. */
  payments: PaymentInput[];
}

export interface PaymentProcess {
  /** `begun 7`, `done 7 <payment>`, until the process ends. */
  lines: AsyncIterable<string>;
  kill(): void;
  ended: Promise<Deno.CommandStatus>;
}

export function startPaymentProcess(task: PaymentTask): PaymentProcess {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--no-check", fileURLToPath(import.meta.url)],
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    env: { PAYMENT_TASK: JSON.stringify(task) },
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

/** Without a buffer: what was said before a SIGKILL is read. */
function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

async function run({ appUrl, systemUrl, tenantId, now, payments }: PaymentTask): Promise<void> {
  const database = await openDatabase({ appUrl, systemUrl, poolSize: 2, systemPoolSize: 1 });
  const environment = { ...testEnvironment(database), clock: new FixedClock(now) };
  for (const [index, input] of payments.entries()) {
    say(`begun ${index}`);
    const execution = { tenantId, actor: testActor(), key: `${index}` };
    const { paymentId } = await execute(environment, recordPayment, execution, input);
    say(`done ${index} ${paymentId}`);
  }
  await database.close();
}

if (import.meta.main) await run(JSON.parse(Deno.env.get("PAYMENT_TASK")!));
