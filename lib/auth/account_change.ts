/** A way into an account has changed: the trail of its businesses keeps it, and its owner hears of it, in case it was not them. */
import { findUserEmail } from "../../db/queries/user.ts";
import type { SystemDb } from "../../db/system.ts";
import type { Environment } from "../core/command.ts";
import { queueAccountMail } from "./account_mail.ts";
import { type AccountChange, recordAccountChange } from "./account_trail.ts";
import { writeLetter } from "./letter.tsx";

const sentences: Record<AccountChange, string> = {
  set_password: "Your password was changed.",
  two_step_on: "Two-step sign-in was turned on.",
  two_step_off: "Two-step sign-in was turned off.",
  new_recovery_codes: "New recovery codes were made. The old ones do not work any more.",
  passkey_added: "A passkey was added.",
  passkey_removed: "A passkey was removed.",
};

/** Notes it in the transaction of the change. A first password is no change that anybody has to hear of: `isFirst`. */
export async function noteAccountChange(
  environment: Pick<Environment, "clock" | "secrets">,
  db: SystemDb,
  userId: string,
  change: AccountChange,
  { isFirst = false }: { isFirst?: boolean } = {},
): Promise<void> {
  await recordAccountChange(db, userId, change);
  if (isFirst) return;
  const sentence = sentences[change];
  const letter = writeLetter({
    subject: "Your Milepost account was changed",
    heading: sentence,
    paragraphs: [
      `${sentence} If that was you, there is nothing to do.`,
      "If it was not you, set a new password now. That ends every session. Then look at your passkeys and at " +
      "two-step sign-in on the page of your account.",
    ],
  });
  await queueAccountMail(environment, db, {
    email: await findUserEmail(db, userId),
    kind: `account.${change}`,
    ...letter,
  });
}
