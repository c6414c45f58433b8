/** `GET /.well-known/jwks.json`: the public keys by which anybody can check a token of this installation (RFC 7517). */
import { define } from "../../define.ts";
import { publishedSeconds } from "../../lib/oauth/key_schedule.ts";
import { publishedKeys } from "../../lib/oauth/signing_keys.ts";

export const handler = define.handlers({
  async GET({ state }) {
    const headers = {
      "content-type": "application/jwk-set+json",
      "cache-control": `public, max-age=${publishedSeconds}`,
    };
    return new Response(JSON.stringify(await publishedKeys(state.environment)), { headers });
  },
});
