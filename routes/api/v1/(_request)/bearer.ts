/** Who stands behind an Authorization header: a program with its key, or a client with an access token. */
import type { Caller, State } from "../../../../define.ts";
import { loadKeyHolder } from "../../../../lib/auth/api_keys.ts";
import { milepostError } from "../../../../lib/core/errors.ts";
import { checkAccessToken, looksLikeToken } from "../../../../lib/oauth/access_token.ts";

/** The caller. Throws `NotSignedIn` for a key or token that is not good, and says what to do. */
export async function readBearer({ environment, reach }: State, authorization: string): Promise<Caller> {
  const [, secret = ""] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
  if (!looksLikeToken(secret)) return await loadKeyHolder(environment, secret) ?? refuse(unknownKey);
  const checked = await checkAccessToken(environment, reach.origin, secret);
  if (checked.outcome === "valid") return { tenantId: checked.tenantId, actor: checked.actor };
  return refuse(checked.outcome === "expired" ? expiredToken : unknownToken);
}

const unknownKey = "This key is not known or was revoked. Send a key of yours as: Authorization: Bearer mp_…";
const expiredToken = "This access token has expired. Ask for a new one at /oauth/token.";
const unknownToken =
  "This access token is not good here, or its client was ended. Ask for one at /oauth/token.";

function refuse(message: string): never {
  throw milepostError("NotSignedIn", { message });
}
