/**
 * The key file: the keys of this installation's ring, oldest first, the last one active. Made at the first start, read
 * again when it changes, and never readable by other accounts. Whoever loses it loses what it sealed.
 */
import { randomBytes } from "node:crypto";
import { dirname } from "node:path";
import * as v from "valibot";
import { keyBytes } from "../../core/aes_gcm.ts";
import { milepostError } from "../../core/errors.ts";
import type { RingKeys } from "../../core/key_ring.ts";

const fileForm = v.object({
  keys: v.pipe(
    v.array(v.object({
      id: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,100}$/)),
      key: v.pipe(v.string(), v.base64()),
      madeAt: v.string(),
    })),
    v.minLength(1),
  ),
});

type KeyFileContent = v.InferOutput<typeof fileForm>;

/**
 * Gives a reader of the file's keys, which looks whether the file changed each time it is asked; makes the file if there
 * is none. Of several processes that make it at the same moment one succeeds, and all use that one. Throws
 * `InvalidSetting` for a file that others may read or that holds no keys.
 */
export async function openKeyFile(path: string, now: Temporal.Instant): Promise<() => RingKeys> {
  await makeKeyFile(path, now);
  let read = readKeyFile(path);
  return () => {
    const look = lookAt(path);
    if (look !== read.look) read = readKeyFile(path);
    return read.keys;
  };
}

/** Adds a key, which is active from then on, and gives its id. Two who do it at once add two keys. */
export async function addKey(path: string, now: Temporal.Instant): Promise<string> {
  await makeKeyFile(path, now);
  using lock = await Deno.open(`${path}.lock`, { create: true, write: true, mode: 0o600 });
  await lock.lock(true);
  const made = newKey(now);
  const { content } = readKeyFile(path);
  const written = await writeBeside(path, { keys: [...content.keys, made] });
  await Deno.rename(written, path);
  return made.id;
}

/** A link is made whole or not at all, and never over a file that is there. */
async function makeKeyFile(path: string, now: Temporal.Instant): Promise<void> {
  try {
    if ((await Deno.stat(path)).isFile) return;
    throw refused(path, "This is no file.");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw explained(path, error);
  }
  try {
    await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const written = await writeBeside(path, { keys: [newKey(now)] });
    try {
      await Deno.link(written, path);
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    } finally {
      await Deno.remove(written);
    }
  } catch (error) {
    throw explained(path, error);
  }
}

function newKey(now: Temporal.Instant): KeyFileContent["keys"][number] {
  const day = now.toString({ smallestUnit: "second" }).slice(0, 10);
  return {
    id: `${day}-${randomBytes(4).toString("hex")}`,
    key: randomBytes(keyBytes).toString("base64"),
    madeAt: now.toString({ smallestUnit: "second" }),
  };
}

/** Writes and syncs a file in the same folder, and gives its path. */
async function writeBeside(path: string, content: KeyFileContent): Promise<string> {
  const beside = `${path}.${randomBytes(6).toString("hex")}`;
  using file = await Deno.open(beside, { createNew: true, write: true, mode: 0o600 });
  await file.write(new TextEncoder().encode(`${JSON.stringify(content, null, 2)}\n`));
  await file.sync();
  return beside;
}

interface ReadKeyFile {
  /** Differs when the file does. */
  look: string;
  content: KeyFileContent;
  keys: RingKeys;
}

function readKeyFile(path: string): ReadKeyFile {
  const look = lookAt(path);
  let content: KeyFileContent;
  try {
    content = v.parse(fileForm, JSON.parse(Deno.readTextFileSync(path)));
  } catch (error) {
    // What stands in the file must not reach a log, so the parser's words are left out.
    if (error instanceof SyntaxError || error instanceof v.ValiError) {
      throw refused(path, "It does not hold keys. Put back the file that was there before.");
    }
    throw explained(path, error);
  }
  const keys = content.keys.map(({ id, key }) => ({ id, key: new Uint8Array(Buffer.from(key, "base64")) }));
  const wrong = keys.find(({ key }) => key.length !== keyBytes);
  if (wrong) throw refused(path, `The key "${wrong.id}" in it has not ${keyBytes} bytes.`);
  return { look, content, keys };
}

function lookAt(path: string): string {
  try {
    const { mode, ino, mtime, size } = Deno.statSync(path);
    if (mode !== null && (mode & 0o077) !== 0) {
      throw refused(path, `Other accounts may read or write it. Allow only its owner: chmod 600 "${path}"`);
    }
    return `${ino} ${mtime?.getTime()} ${size}`;
  } catch (error) {
    throw explained(path, error);
  }
}

function refused(path: string, rule: string): Error {
  return milepostError("InvalidSetting", {
    message: `The key file "${path}" cannot be used. ${rule}`,
    fields: [{ field: "MILEPOST_KEY_FILE", value: path, rule }],
  });
}

function explained(path: string, error: unknown): unknown {
  if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable) {
    return refused(
      path,
      "This account may not read or make it. Choose a place of its own by MILEPOST_KEY_FILE.",
    );
  }
  if (error instanceof Deno.errors.NotFound) {
    return refused(path, "It is not there any more. Put it back from a backup.");
  }
  return error;
}
