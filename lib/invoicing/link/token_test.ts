/** Tokens of links: what one proves, and that any other bit, business, invoice or renewal does not. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { isTokenOf, readToken, writeToken } from "./token.ts";

const key = new Uint8Array(32).fill(7);
const subject = {
  tenantId: "0190a3b4-0000-7000-8000-000000000001",
  invoiceId: "0190a3b4-0000-7000-8000-0000000000ff",
  generation: 1,
};

Deno.test("a token says whose it is, and its last 16 bytes are the start of the HMAC over all of that", () => {
  const token = writeToken(key, subject);
  assert.match(token, /^[\w-]{64}$/);
  const bytes = Uint8Array.fromBase64(token, { alphabet: "base64url" });
  const text = `["milepost invoice link","${subject.tenantId}","${subject.invoiceId}",1]`;
  const code = createHmac("sha256", key).update(text).digest("hex");
  assert.equal(
    bytes.toHex(),
    "0190a3b40000700080000000000000010190a3b4000070008000" + "0000000000ff" + code.slice(0, 32),
  );
  const { tenantId, invoiceId } = readToken(token)!;
  assert.deepEqual({ tenantId, invoiceId, generation: 1 }, subject);
  assert.equal(writeToken(key, { ...subject }), token);
});

Deno.test("no bit of it can be another, and no other key, renewal, invoice or business made it", () => {
  const token = writeToken(key, subject);
  assert.ok(isTokenOf(key, readToken(token)!, 1));
  const bytes = Uint8Array.fromBase64(token, { alphabet: "base64url" });
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = bytes.slice();
    changed[bit >> 3] ^= 1 << (bit & 7);
    const read = readToken(changed.toBase64({ alphabet: "base64url", omitPadding: true }))!;
    assert.equal(isTokenOf(key, read, 1), false, `bit ${bit}`);
  }
  assert.equal(isTokenOf(key, readToken(token)!, 2), false);
  assert.equal(isTokenOf(new Uint8Array(32).fill(8), readToken(token)!, 1), false);
});

Deno.test("what has not the form of a token is none", () => {
  const token = writeToken(key, subject);
  for (const text of ["", token.slice(1), `${token}A`, token.slice(0, -1) + "=", token.slice(0, -1) + "é"]) {
    assert.equal(readToken(text), undefined, text);
  }
});
