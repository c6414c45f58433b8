/** A secret that is logged is found, whatever stands around it. */
import assert from "node:assert/strict";
import { leakedSecrets } from "./noted_secrets.ts";

const noted = "four plain words here\nq3-Xr7Yt0pLk2mNv8bZs1wQe4rTy6uIo\nshort\n";

Deno.test("a log without a secret passes", () => {
  const log = '{"level":"error","request":"POST /sign-in","error":"no"}\nshort words here';
  assert.deepEqual(leakedSecrets(log, noted), []);
});

Deno.test("passwords, tokens, keys of the API and secrets of its clients are found, and not shown again", () => {
  const key = `mp_${"a".repeat(50)}`;
  const clientSecret = `mps_${"b".repeat(43)}`;
  const accessToken = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJtcGNfIn0.c2lnbmF0dXJl";
  const log = [
    '{"error":"the password four plain words here is wrong"}',
    "cookie: milepost=q3-Xr7Yt0pLk2mNv8bZs1wQe4rTy6uIo;",
    `authorization: Bearer ${key}`,
    `client_secret=${clientSecret}&grant_type=client_credentials`,
    `{"error":"${accessToken} is not good"}`,
  ];
  assert.deepEqual(leakedSecrets(log.join("\n"), noted), [
    '{"error":"the password (secret) is wrong"}',
    "cookie: milepost=(secret);",
    "authorization: Bearer (secret)",
    "client_secret=(secret)&grant_type=client_credentials",
    '{"error":"(secret) is not good"}',
  ]);
});
