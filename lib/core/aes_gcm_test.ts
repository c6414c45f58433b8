/** Holds the cipher and the keyed hash that the product uses to Google's Wycheproof vectors. */
import assert from "node:assert/strict";
import { createHmac, timingSafeEqual } from "node:crypto";
import { decryptAesGcm, encryptAesGcm, keyBytes, nonceBytes, tagBytes } from "./aes_gcm.ts";

interface Vector {
  tcId: number;
  key: string;
  msg: string;
  tag: string;
  result: "valid" | "invalid";
}

interface AesGcmVector extends Vector {
  iv: string;
  aad: string;
  ct: string;
}

const hex = (text: string) => new Uint8Array(Buffer.from(text, "hex"));
const bits = (bytes: number) => bytes * 8;

async function groupsOf<Group>(file: string): Promise<Group[] | null> {
  const path = new URL(`../../../shared/data/vectors/${file}`, import.meta.url);
  try {
    return JSON.parse(await Deno.readTextFile(path)).testGroups;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.info(`${file} is not checked: ../shared/data/vectors is absent`);
    return null;
  }
}

Deno.test("AES-256-GCM agrees with Wycheproof, and takes no other sizes than those of the product", async () => {
  type Group = { ivSize: number; keySize: number; tagSize: number; tests: AesGcmVector[] };
  const groups = await groupsOf<Group>("wycheproof-aes_gcm_test.json");
  if (!groups) return;
  let checked = 0;
  for (const { ivSize, keySize, tagSize, tests } of groups) {
    const isOurs = keySize === bits(keyBytes) && ivSize === bits(nonceBytes) && tagSize === bits(tagBytes);
    for (const { tcId, key, iv, aad, msg, ct, tag, result } of tests) {
      const decrypt = () => decryptAesGcm(hex(key), hex(iv), hex(ct + tag), hex(aad));
      const encrypt = () => encryptAesGcm(hex(key), hex(iv), hex(msg), hex(aad));
      if (!isOurs) {
        assert.throws(decrypt, RangeError, `vector ${tcId}`);
        assert.throws(encrypt, RangeError, `vector ${tcId}`);
        continue;
      }
      checked++;
      const expected = result === "valid" ? Buffer.from(hex(msg)) : null;
      const found = decrypt();
      assert.deepEqual(found && Buffer.from(found), expected, `vector ${tcId}`);
      if (result === "valid") {
        assert.equal(Buffer.from(encrypt()).toString("hex"), ct + tag, `vector ${tcId}`);
      }
    }
  }
  assert.ok(checked > 50, `${checked} vectors have the product's sizes`);
});

Deno.test("HMAC-SHA-256 agrees with Wycheproof", async () => {
  type Group = { tagSize: number; tests: Vector[] };
  const groups = await groupsOf<Group>("wycheproof-hmac_sha256_test.json");
  if (!groups) return;
  for (const { tagSize, tests } of groups) {
    for (const { tcId, key, msg, tag, result } of tests) {
      const found = createHmac("sha256", hex(key)).update(hex(msg)).digest().subarray(0, tagSize / 8);
      assert.equal(timingSafeEqual(found, hex(tag)), result === "valid", `vector ${tcId}`);
    }
  }
});

Deno.test("what is shorter than a tag is no ciphertext", () => {
  const key = new Uint8Array(keyBytes), nonce = new Uint8Array(nonceBytes);
  assert.equal(decryptAesGcm(key, nonce, new Uint8Array(tagBytes - 1), new Uint8Array()), null);
});
