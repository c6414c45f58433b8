/** Guards the key file: made once however many processes start, kept from other accounts, and read again after a rotation. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { keyRing } from "../../core/key_ring.ts";
import { addKey, openKeyFile } from "./key_file.ts";

const now = Temporal.Instant.from("2024-03-01T09:00:00Z");
const later = Temporal.Instant.from("2024-06-01T09:00:00Z");

async function inFolder(work: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(join(folder, "new", "keys"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A process of its own that opens the file and prints the ids of its keys. */
async function openElsewhere(path: string): Promise<string> {
  const module = new URL("./key_file.ts", import.meta.url).href;
  const program = `import { openKeyFile } from ${JSON.stringify(module)};
    const read = await openKeyFile(${JSON.stringify(path)}, Temporal.Now.instant());
    console.log(read().map(({ id }) => id).join());`;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", program],
    stdout: "piped",
    stderr: "piped",
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

Deno.test("the file is made at the first start, for its owner alone, and kept at the next", async () => {
  await inFolder(async (path) => {
    const read = await openKeyFile(path, now);
    const [{ id, key }, ...more] = read();
    assert.match(id, /^2024-03-01-[0-9a-f]{8}$/);
    assert.equal(key.length, 32);
    assert.deepEqual(more, []);
    const { mode } = await Deno.stat(path);
    assert.equal((mode ?? 0) & 0o777, 0o600);
    assert.deepEqual((await openKeyFile(path, later))(), read());
    const left = [...Deno.readDirSync(join(path, ".."))].map(({ name }) => name);
    assert.deepEqual(left, ["keys"], "nothing is left beside it");
  });
});

Deno.test("processes that start at the same moment agree on one key", async () => {
  await inFolder(async (path) => {
    const found = await Promise.all([1, 2, 3, 4].map(() => openElsewhere(path)));
    assert.equal(new Set(found).size, 1, found.join(" "));
  });
});

Deno.test("of many who make the file at once in one process, too, all read the same", async () => {
  await inFolder(async (path) => {
    const readers = await Promise.all(Array.from({ length: 20 }, () => openKeyFile(path, now)));
    assert.equal(new Set(readers.map((read) => read()[0].id)).size, 1);
  });
});

Deno.test("a file that other accounts may read is refused, with what to type", async () => {
  await inFolder(async (path) => {
    const read = await openKeyFile(path, now);
    for (const mode of [0o640, 0o604, 0o660, 0o644]) {
      await Deno.chmod(path, mode);
      await assert.rejects(openKeyFile(path, now), (error: Error) => {
        assert.equal(error.name, "InvalidSetting");
        assert.match(error.message, /Other accounts may read.*chmod 600 "/);
        return true;
      });
      assert.throws(() => read(), { name: "InvalidSetting" }, "a running process stops using it");
    }
  });
});

Deno.test("a file that holds no keys is refused, and not one word of it is repeated", async () => {
  await inFolder(async (path) => {
    await openKeyFile(path, now);
    const short = { keys: [{ id: "short", key: "c2VjcmV0", madeAt: "" }] };
    for (
      const content of ["", "c2VjcmV0", '{"keys":[]}', '{"keys":[{"id":"c2VjcmV0"}]}', JSON.stringify(short)]
    ) {
      await Deno.writeTextFile(path, content);
      await assert.rejects(openKeyFile(path, now), (error: Error) => {
        assert.equal(error.name, "InvalidSetting");
        assert.ok(!JSON.stringify([error.message, error.stack]).includes("c2VjcmV0"), error.message);
        return true;
      });
    }
  });
});

Deno.test("a file that went away is missed, not made anew under a running process", async () => {
  await inFolder(async (path) => {
    const read = await openKeyFile(path, now);
    await Deno.remove(path);
    assert.throws(() => read(), /not there any more.*backup/);
  });
});

Deno.test("a key that is added is active in a process that runs, and none of several at once is lost", async () => {
  await inFolder(async (path) => {
    const ring = keyRing(await openKeyFile(path, now));
    const first = await ring.activeKeyId();
    const added = await addKey(path, later);
    assert.equal(await ring.activeKeyId(), added);
    const more = await Promise.all(Array.from({ length: 8 }, () => addKey(path, later)));
    const ids = (await openKeyFile(path, now))().map(({ id }) => id);
    assert.deepEqual(ids.toSorted(), [first, added, ...more].toSorted());
    const { mode } = await Deno.stat(path);
    assert.equal((mode ?? 0) & 0o777, 0o600);
  });
});
