/** Wake-ups through the Deno queue: ids only, one file per process, and a failure that never reaches the command. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { JobReference } from "../lib/core/command.ts";
import { isMilepostError } from "../lib/core/errors.ts";
import { until } from "../tests/support/command.ts";
import { openQueue } from "./queue.ts";
import type { Report } from "./report.ts";

function references(count: number): JobReference[] {
  return Array.from({ length: count }, (_, index) => ({ tenantId: "t", jobId: String(index) }));
}

Deno.test("every wake-up arrives, many in one message", async () => {
  const folder = await Deno.makeTempDir();
  const queue = await openQueue(join(folder, "queue.kv"));
  const heard: string[] = [];
  let messages = 0;
  queue.listen((jobs) => {
    messages++;
    heard.push(...jobs.map(({ jobId }) => jobId));
  });
  const sent = references(500);
  for (const reference of sent) queue.wake([reference]);
  await until(() => heard.length >= sent.length);
  await queue.close();
  assert.deepEqual(heard.toSorted(), sent.map(({ jobId }) => jobId).sort());
  assert.ok(messages < 10, `${messages} messages`);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("two processes with one setting have two files, and a file is taken again when it is free", async () => {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "queue.kv");
  const files = () =>
    [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => /kv(\.\d)?$/.test(name));
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      "--unstable-kv",
      `import { openQueue } from ${JSON.stringify(import.meta.resolve("./queue.ts"))};
       await openQueue(${JSON.stringify(path)}); console.log("open"); setTimeout(() => {}, 60_000);`,
    ],
    cwd: join(import.meta.dirname!, ".."),
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  assert.deepEqual(files(), ["queue.kv"]);
  const second = await openQueue(path);
  assert.deepEqual(files().sort(), ["queue.kv", "queue.kv.2"]);
  await second.close();
  child.kill("SIGKILL");
  await child.status;
  await reader.cancel();
  const third = await openQueue(path);
  assert.deepEqual(files().sort(), ["queue.kv", "queue.kv.2"]);
  await third.close();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a file that cannot be made is a sentence that names the setting", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(join(folder, "file"), "");
  await assert.rejects(openQueue(join(folder, "file", "queue.kv")), (error) => {
    assert.ok(isMilepostError(error, "InvalidSetting"));
    assert.match(error.message, /queue\.kv could not be opened: .* Set MILEPOST_QUEUE_PATH to /);
    return true;
  });
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a wake-up that cannot be sent is reported and thrown at nobody", async () => {
  const reports: Report[] = [];
  const queue = await openQueue(":memory:", (report) => void reports.push(report));
  await queue.close();
  queue.wake(references(1));
  await until(() => reports.length > 0);
  assert.deepEqual(reports.map(({ what }) => what), ["trouble"]);
});
