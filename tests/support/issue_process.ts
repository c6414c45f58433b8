/**
 * A process of its own that issues invoices one after the other and says what it has begun and what was acknowledged, so
 * that a test can kill it from outside at any moment. Started by `startIssueProcess`.
 */
import { openDatabase } from "../../db/database.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { execute } from "../../lib/core/command.ts";
import { issueInvoice, type PeriodInput } from "../../lib/invoicing/commands.ts";
import { testActor, testEnvironment } from "./command.ts";
import { testSecrets } from "./environment.ts";
import { say, startTalkingProcess, type TalkingProcess, taskOf } from "./talking_process.ts";

export interface IssueTask {
  appUrl: string;
  systemUrl: string;
  tenantId: string;
  /** Business time, the same in every life of the process. */
  now: string;
  /** What to bill, in this order; the key of each is its place in the list. */
  periods: PeriodInput[];
}

/** It says `begun 7`, `done 7 CFS-2024-0008`. */
export function startIssueProcess(task: IssueTask): TalkingProcess {
  return startTalkingProcess(import.meta.url, task);
}

async function run({ appUrl, systemUrl, tenantId, now, periods }: IssueTask): Promise<void> {
  const database = await openDatabase({
    appUrl,
    systemUrl,
    secrets: testSecrets,
    poolSize: 2,
    systemPoolSize: 1,
  });
  const environment = { ...testEnvironment(database), clock: new FixedClock(now) };
  for (const [index, input] of periods.entries()) {
    say(`begun ${index}`);
    const execution = { tenantId, actor: testActor(), key: `${index}` };
    const result = await execute(environment, issueInvoice, execution, input);
    say(`done ${index} ${result.outcome === "issued" ? result.number : result.outcome}`);
  }
  await database.close();
}

if (import.meta.main) await run(taskOf<IssueTask>());
