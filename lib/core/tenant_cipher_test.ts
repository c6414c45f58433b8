/** Guards personal values at rest: what goes in comes out, and nothing opens that was changed or moved. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { isMilepostError } from "./errors.ts";
import { decryptValue, encryptValue } from "./tenant_cipher.ts";

const key = randomBytes(32);
const context = { tenantId: "0190", record: "customer.contact:1" };
const value = { email: "zoë@brightwater.example", addressLines: ["18 Canal Wharf", "東京"], none: null };
const isUnreadable = (error: unknown) => isMilepostError(error, "SecretUnreadable");

Deno.test("a value comes out as it went in, never twice as the same bytes, and is not readable in them", () => {
  const encrypted = encryptValue(key, context, value);
  assert.deepEqual(decryptValue(key, context, encrypted), value);
  assert.notDeepEqual(encryptValue(key, context, value), encrypted);
  assert.ok(!Buffer.from(encrypted).toString("latin1").includes("Canal"));
});

Deno.test("another tenant, another record, another key, and every changed or missing byte is refused", () => {
  const encrypted = encryptValue(key, context, value);
  assert.throws(() => decryptValue(key, { ...context, tenantId: "0191" }, encrypted), isUnreadable);
  assert.throws(
    () => decryptValue(key, { ...context, record: "customer.contact:2" }, encrypted),
    isUnreadable,
  );
  assert.throws(() => decryptValue(randomBytes(32), context, encrypted), isUnreadable);
  for (let place = 0; place < encrypted.length; place++) {
    const changed = Uint8Array.from(encrypted);
    changed[place] ^= 1;
    assert.throws(() => decryptValue(key, context, changed), isUnreadable, `byte ${place}`);
    assert.throws(
      () => decryptValue(key, context, encrypted.subarray(0, place)),
      isUnreadable,
      `cut at ${place}`,
    );
  }
});
