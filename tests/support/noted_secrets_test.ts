/** A secret that is logged is found, whatever stands around it. */
import assert from "node:assert/strict";
import { leakedSecrets } from "./noted_secrets.ts";

const noted = "four plain words here\nq3-Xr7Yt0pLk2mNv8bZs1wQe4rTy6uIo\nshort\n";

Deno.test("a log without a secret passes", () => {
  const log = '{"level":"error","request":"POST /sign-in","error":"no"}\nshort words here';
  assert.deepEqual(leakedSecrets(log, noted), []);
});

Deno.test("a password, a token and a key of the API are found, and not shown again", () => {
  const key = `mp_${"a".repeat(50)}`;
  const log = [
    '{"error":"the password four plain words here is wrong"}',
    "cookie: milepost=q3-Xr7Yt0pLk2mNv8bZs1wQe4rTy6uIo;",
    `authorization: Bearer ${key}`,
  ];
  assert.deepEqual(leakedSecrets(log.join("\n"), noted), [
    '{"error":"the password (secret) is wrong"}',
    "cookie: milepost=(secret);",
    "authorization: Bearer (secret)",
  ]);
});
