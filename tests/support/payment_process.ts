/**
 * A process of its own that records payments one after the other and says what it has begun and what was acknowledged, so that a
 * test can kill it from outside at any moment. Started by `startPaymentProcess`.
 */
import { openDatabase } from "../../db/database.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { execute } from "../../lib/core/command.ts";
import { type PaymentInput, recordPayment } from "../../lib/payments/commands.ts";
import { testActor, testEnvironment } from "./command.ts";
import { testSecrets } from "./environment.ts";
import { say, startTalkingProcess, type TalkingProcess, taskOf } from "./talking_process.ts";

export interface PaymentTask {
  appUrl: string;
  systemUrl: string;
  tenantId: string;
  /** Business time, the same in every life of the process. */
  now: string;
  /** What to record, in this order; the key of each is its place in the list. */
  payments: PaymentInput[];
}

/** It says `begun 7`, `done 7 <payment>`. */
export function startPaymentProcess(task: PaymentTask): TalkingProcess {
  return startTalkingProcess(import.meta.url, task);
}

async function run({ appUrl, systemUrl, tenantId, now, payments }: PaymentTask): Promise<void> {
  const database = await openDatabase({
    appUrl,
    systemUrl,
    secrets: testSecrets,
    poolSize: 2,
    systemPoolSize: 1,
  });
  const environment = { ...testEnvironment(database), clock: new FixedClock(now) };
  for (const [index, input] of payments.entries()) {
    say(`begun ${index}`);
    const execution = { tenantId, actor: testActor(), key: `${index}` };
    const { paymentId } = await execute(environment, recordPayment, execution, input);
    say(`done ${index} ${paymentId}`);
  }
  await database.close();
}

if (import.meta.main) await run(taskOf<PaymentTask>());
