/** Whose account the pages below /account change: only ever that of who is signed in. */
import type { Session } from "../../../../define.ts";
import type { Account } from "../../../../lib/auth/two_step.ts";

export function accountOf({ user: { id, email } }: Session): Account {
  return { userId: id, email };
}
