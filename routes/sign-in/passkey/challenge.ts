/** Gives a browser a challenge to sign in with. */
import { define } from "../../../define.ts";
import { challengeToSignIn } from "../../../lib/auth/passkeys.ts";
import { answerChallenge, requireSite } from "../../(_components)/passkey_challenge.ts";

export const handler = define.handlers({
  async POST(ctx) {
    const { environment, reach } = ctx.state;
    return answerChallenge(await challengeToSignIn(environment, requireSite(reach.origin)), reach.origin);
  },
});
