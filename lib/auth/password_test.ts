/** Guards how passwords are kept and checked. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { currentCost, hashPassword, verifyPassword } from "./password.ts";

const cheap = { log2N: 4, r: 8, p: 1 };

Deno.test("the right password matches, every other one does not", async () => {
  const hash = await hashPassword("four plain words here");
  assert.deepEqual(await verifyPassword("four plain words here", hash), { matches: true, outdated: false });
  assert.deepEqual(await verifyPassword("four plain words Here", hash), { matches: false, outdated: false });
  assert.equal((await verifyPassword("", hash)).matches, false);
});

Deno.test("the hash tells its cost and holds no word of the password", async () => {
  const hash = await hashPassword("four plain words here");
  assert.match(hash, /^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  assert.notEqual(hash, await hashPassword("four plain words here"), "the salt is fresh each time");
});

Deno.test("a hash of another cost still matches and asks to be replaced", async () => {
  const old = await hashPassword("four plain words here", cheap);
  assert.deepEqual(await verifyPassword("four plain words here", old), { matches: true, outdated: true });
  assert.deepEqual(await verifyPassword("wrong", old), { matches: false, outdated: false });
});

Deno.test("without a hash nothing matches", async () => {
  assert.deepEqual(await verifyPassword("four plain words here", null), { matches: false, outdated: false });
  assert.equal((await verifyPassword("", null)).matches, false);
});

Deno.test("a letter matches however the keyboard composes it", async () => {
  const hash = await hashPassword("caf\u00e9 au lait, slowly", cheap);
  assert.equal((await verifyPassword("cafe\u0301 au lait, slowly", hash)).matches, true);
});

Deno.test("agrees with a test vector of RFC 7914, section 12", async () => {
  const vector = "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162" +
    "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640";
  const base64 = (bytes: Buffer) => bytes.toString("base64").replace(/=+$/, "");
  const encoded = `$scrypt$ln=10,r=8,p=16$${base64(Buffer.from("NaCl"))}$${
    base64(Buffer.from(vector, "hex"))
  }`;
  assert.equal((await verifyPassword("password", encoded)).matches, true);
});

Deno.test("a hash in no known format is an error, not a no", async () => {
  await assert.rejects(verifyPassword("x", "$2b$12$abc"), /not in the scrypt format/);
});

Deno.test("many at once all get their turn", async () => {
  const hash = await hashPassword("four plain words here", cheap);
  const answers = await Promise.all(
    Array.from(
      { length: 12 },
      (_, index) => verifyPassword(index % 2 ? "four plain words here" : "no", hash),
    ),
  );
  assert.deepEqual(
    answers.map(({ matches }) => matches),
    Array.from({ length: 12 }, (_, index) => index % 2 === 1),
  );
  assert.equal(currentCost.log2N, 15);
});
