/** Guards sealed values: only the tenant and record that sealed opens them, nothing of them may be altered, and rotation keeps them readable. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { keyRing, type RingKeys } from "./key_ring.ts";
import { envelopeSecrets, rewrapSealed, sealedPrefix } from "./secrets.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (plain: Uint8Array) => new TextDecoder().decode(plain);
const key = (id: string) => ({ id, key: randomBytes(32) });
const context = { tenantId: "018f0000-0000-7000-8000-000000000001", record: "bank_details:1" };

Deno.test("what was sealed opens where it belongs, and nowhere else", async () => {
  const ring = [key("k")];
  const secrets = envelopeSecrets(keyRing(() => ring));
  const sealed = await secrets.seal(context, bytes("GB33 BUKB 2020 1555 5555 55"));
  assert.equal(text(await secrets.open(context, sealed)), "GB33 BUKB 2020 1555 5555 55");
  for (
    const other of [
      { ...context, tenantId: "018f0000-0000-7000-8000-000000000002" },
      { ...context, tenantId: null },
      { ...context, record: "bank_details:2" },
      { tenantId: null, record: `${context.tenantId}bank_details:1` },
    ]
  ) {
    await assert.rejects(secrets.open(other, sealed), { name: "SecretUnreadable" }, JSON.stringify(other));
  }
});

Deno.test("the same value sealed twice has nothing in common but the name of the key", async () => {
  const ring = [key("k")];
  const secrets = envelopeSecrets(keyRing(() => ring));
  const [one, other] = await Promise.all([1, 2].map(() => secrets.seal(context, bytes("seed"))));
  const prefix = sealedPrefix("k").length + 2;
  assert.deepEqual(one.subarray(0, prefix), other.subarray(0, prefix));
  const runs = (sealed: Uint8Array) =>
    Array.from(
      { length: sealed.length - prefix - 8 },
      (_, at) => Buffer.from(sealed).toString("hex", prefix + at, prefix + at + 8),
    );
  const seen = new Set(runs(one));
  assert.deepEqual(runs(other).filter((run) => seen.has(run)), []);
  assert.ok(!Buffer.from(one).includes("seed"));
});

Deno.test("no byte can be changed, left out or added", async () => {
  const ring = [key("k")];
  const secrets = envelopeSecrets(keyRing(() => ring));
  const sealed = await secrets.seal(context, bytes("four words"));
  for (let at = 0; at < sealed.length; at++) {
    const altered = Uint8Array.from(sealed);
    altered[at] ^= 1;
    await assert.rejects(secrets.open(context, altered), { name: "SecretUnreadable" }, `byte ${at}`);
    await assert.rejects(secrets.open(context, sealed.subarray(0, at)), { name: "SecretUnreadable" });
  }
  const longer = Uint8Array.from([...sealed, 0]);
  await assert.rejects(secrets.open(context, longer), { name: "SecretUnreadable" });
});

Deno.test("a value may be empty, and large", async () => {
  const ring = [key("k")];
  const secrets = envelopeSecrets(keyRing(() => ring));
  for (const plain of [new Uint8Array(), randomBytes(1_000_000)]) {
    const opened = await secrets.open(context, await secrets.seal(context, plain));
    assert.ok(Buffer.from(opened).equals(plain));
  }
});

Deno.test("a new key seals from now on, the old one still opens, and after wrapping again it may go", async () => {
  let ring: RingKeys = [key("first")];
  const keys = keyRing(() => ring);
  const secrets = envelopeSecrets(keys);
  const sealed = await secrets.seal(context, bytes("kept"));
  ring = [...ring, key("second")];
  assert.equal(await keys.activeKeyId(), "second");
  assert.equal(text(await secrets.open(context, sealed)), "kept");
  const [again] = await rewrapSealed(keys, [sealed]);
  assert.deepEqual(again.subarray(0, 8), Buffer.from(sealedPrefix("second")));
  assert.deepEqual(again.subarray(-20), sealed.subarray(-20), "what was encrypted stays");
  ring = ring.slice(1);
  assert.equal(text(await secrets.open(context, again)), "kept");
  await assert.rejects(secrets.open(context, sealed), (error: Error) => {
    assert.equal(error.name, "SecretUnreadable");
    assert.match(error.message, /key "first" is not in the key file/);
    return true;
  });
});

Deno.test("a key of another ring under the same name opens nothing", async () => {
  const mine = key("k"), theirs = key("k");
  const sealed = await envelopeSecrets(keyRing(() => [mine])).seal(context, bytes("mine"));
  await assert.rejects(envelopeSecrets(keyRing(() => [theirs])).open(context, sealed), {
    name: "SecretUnreadable",
  });
});
