/** Holds the signatures of access tokens to Google's Wycheproof vectors and the examples of RFC 7520 among them. */
import assert from "node:assert/strict";
import { compactVerify, createLocalJWKSet, errors, type JSONWebKeySet, type JWK } from "jose";

interface Group {
  public?: JWK | JSONWebKeySet;
  private?: JWK | JSONWebKeySet;
  tests: { tcId: number; comment: string; jws: string; result: "valid" | "invalid" }[];
}

/** As `access_token.ts` has it: this algorithm, whatever a token says of itself. */
const algorithms = ["ES256"];

async function groupsOf(file: string): Promise<Group[] | null> {
  const path = new URL(`../../../shared/data/vectors/${file}`, import.meta.url);
  try {
    return JSON.parse(await Deno.readTextFile(path)).testGroups;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.info(`${file} is not checked: ../shared/data/vectors is absent`);
    return null;
  }
}

async function isAccepted(keys: JSONWebKeySet, jws: unknown): Promise<boolean> {
  if (typeof jws !== "string") return false;
  try {
    await compactVerify(jws, createLocalJWKSet(keys), { algorithms });
    return true;
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError || error instanceof DOMException) {
      return false;
    }
    throw error;
  }
}

for (const [file, least] of [["web_signature", 401], ["web_key", 26]] as const) {
  Deno.test(`of the vectors for a JSON ${file.replace("_", " ")} only good ones of our algorithm are accepted`, async () => {
    const groups = await groupsOf(`wycheproof-json_${file}_test.json`);
    if (!groups) return;
    let checked = 0;
    for (const group of groups) {
      const given = group.public ?? group.private ?? { keys: [] };
      const keys = "keys" in given ? given as JSONWebKeySet : { keys: [given as JWK] };
      const isOurs = keys.keys.some(({ kty, alg, crv }) =>
        kty === "EC" && (alg ?? "ES256") === "ES256" && crv === "P-256"
      );
      for (const { tcId, comment, jws, result } of group.tests) {
        const expected = result === "valid" && isOurs;
        assert.equal(await isAccepted(keys, jws), expected, `${tcId} ${comment}`);
        checked++;
      }
    }
    assert.equal(checked, least);
  });
}
