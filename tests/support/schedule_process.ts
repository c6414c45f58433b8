/** A process of its own that ticks the schedules or works on their jobs, all at one moment of business time. Started by `startScheduleProcess`. */
import { openDatabase } from "../../db/database.ts";
import { handlers } from "../../jobs/handlers/list.ts";
import { schedules, tick } from "../../jobs/schedule.ts";
import { startWorker } from "../../jobs/worker.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { testEnvironment } from "./command.ts";
import { testSecrets } from "./environment.ts";
import { pause } from "./random.ts";
import { say, startTalkingProcess, type TalkingProcess, taskOf } from "./talking_process.ts";

export interface ScheduleTask {
  appUrl: string;
  systemUrl: string;
  role: "scheduler" | "worker";
  now: string;
}

/** It says `ready`, and then runs until it is killed. */
export function startScheduleProcess(task: ScheduleTask): TalkingProcess {
  return startTalkingProcess(import.meta.url, task);
}

async function run({ appUrl, systemUrl, role, now }: ScheduleTask): Promise<void> {
  const database = await openDatabase({
    appUrl,
    systemUrl,
    secrets: testSecrets,
    poolSize: 4,
    systemPoolSize: 2,
  });
  const environment = { ...testEnvironment(database), clock: new FixedClock(now) };
  say("ready");
  if (role === "worker") startWorker({ environment, sweepEveryMs: 20, handlers });
  while (role === "scheduler") {
    for (const schedule of schedules) await tick(environment, schedule);
    await pause(5);
  }
}

if (import.meta.main) await run(taskOf<ScheduleTask>());
