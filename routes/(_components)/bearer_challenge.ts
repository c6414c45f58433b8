/** What an answer of the API asks for when it lets nobody in (RFC 6750, section 3). */
import type { State } from "../../define.ts";
import type { MilepostError } from "../../lib/core/errors.ts";

const realm = 'Bearer realm="Milepost"';

/** The WWW-Authenticate header, or null where another key or token would not help. */
export function bearerChallenge(request: Request, state: State, failure: MilepostError): string | null {
  if (failure.name === "NotSignedIn") {
    return request.headers.has("authorization") ? `${realm}, error="invalid_token"` : realm;
  }
  const { caller } = state;
  if (failure.name !== "NotPermitted" || !caller || caller.actor.kind === "user") return null;
  const missing = failure.fields.find(({ field }) => field === "capability")?.value;
  const scope = missing === undefined ? "" : `, scope="${missing}"`;
  return `${realm}, error="insufficient_scope"${scope}`;
}
