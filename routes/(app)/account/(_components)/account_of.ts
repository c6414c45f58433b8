/** Whose account the pages below /account change: only ever that of who is signed in. */
import { type Session, signedIn, type State } from "../../../../define.ts";
import { requireConfirmation } from "../../../../lib/core/confirmation.ts";
import type { Account } from "../../../../lib/auth/two_step.ts";

export function accountOf({ user: { id, email } }: Session): Account {
  return { userId: id, email };
}

/** The same, for a change of how one signs in. Throws `ConfirmationNeeded` where the last proof of who it is lies too far back. */
export function confirmedAccountOf(state: State): Account {
  const { session } = signedIn(state);
  requireConfirmation(session.actor, state.environment.clock.now());
  return accountOf(session);
}
