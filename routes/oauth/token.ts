/** `POST /oauth/token`: access tokens for clients of the API, by the client credentials grant of RFC 6749. */
import { define } from "../../define.ts";
import { answerTokenRequest, TokenRefusal } from "../../lib/oauth/token_request.ts";
import { readText } from "../api/v1/(_request)/request.ts";

/** Bytes; an id, a secret and a few scopes are far less. */
const largestBody = 10_000;

export const handler = define.handlers({
  async POST({ req, state }) {
    const authorization = req.headers.get("authorization");
    try {
      const type = (req.headers.get("content-type") ?? "").split(";")[0].trim().toLowerCase();
      if (type !== "application/x-www-form-urlencoded") {
        throw new TokenRefusal("invalid_request", "Send a form: application/x-www-form-urlencoded.");
      }
      const parameters = new URLSearchParams(await readText(req, largestBody));
      const request = { authorization, parameters };
      return answer(200, await answerTokenRequest(state.environment, state.reach.origin, request));
    } catch (error) {
      if (!(error instanceof TokenRefusal)) throw error;
      const { code, message } = error;
      const body = { error: code, error_description: message };
      if (code !== "invalid_client") return answer(400, body);
      return answer(401, body, { "www-authenticate": 'Basic realm="Milepost"' });
    }
  },
});

/** RFC 6749, section 5.1: no answer of this kind is kept anywhere. */
function answer(status: number, body: unknown, headers: HeadersInit = {}): Response {
  return Response.json(body, {
    status,
    headers: { "cache-control": "no-store", pragma: "no-cache", ...headers },
  });
}
