/** Gives a browser a challenge to make a passkey with. */
import { define, signedIn } from "../../../../define.ts";
import { challengeToAdd } from "../../../../lib/auth/passkeys.ts";
import { answerChallenge, requireSite } from "../../../(_components)/passkey_challenge.ts";
import { accountOf } from "../(_components)/account_of.ts";

export const handler = define.handlers({
  async POST(ctx) {
    const { environment, reach } = ctx.state;
    const { session } = signedIn(ctx.state);
    const account = { ...accountOf(session), name: session.user.name };
    const challenge = await challengeToAdd(environment, requireSite(reach.origin), account);
    return answerChallenge(challenge, reach.origin);
  },
});
