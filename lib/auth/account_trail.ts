/** What people do with their own accounts, in the audit trail of each business that they belong to. Never with a secret. */
import { insertAccountEvents } from "../../db/queries/audit_event.ts";
import type { SystemDb } from "../../db/system.ts";
import type { AuthenticationMethod } from "./sessions.ts";

/** A session was opened, by these methods. */
export async function recordSignIn(
  db: SystemDb,
  userId: string,
  methods: readonly AuthenticationMethod[],
): Promise<void> {
  const detail = { methods: [...methods] };
  await insertAccountEvents(db, userId, { actor: `user:${userId}`, command: "sign_in.succeed", detail });
}

/** A person signed out, or ended so many of their sessions. */
export async function recordSessionsEnded(db: SystemDb, userId: string, sessions: number): Promise<void> {
  await insertAccountEvents(db, userId, {
    actor: `user:${userId}`,
    command: "session.end",
    detail: { sessions },
  });
}

/** Someone who is not signed in gave a wrong password or code; `null` for an account that is not there does as much work. */
export async function recordFailedSignIn(
  db: SystemDb,
  userId: string | null,
  method: "password" | "code",
): Promise<void> {
  await insertAccountEvents(db, userId, {
    actor: "system:sign_in",
    command: "sign_in.fail",
    detail: { method },
  });
}

export type AccountChange =
  | "set_password"
  | "two_step_on"
  | "two_step_off"
  | "new_recovery_codes"
  | "passkey_added"
  | "passkey_removed";

/** A person changed how they sign in. */
export async function recordAccountChange(
  db: SystemDb,
  userId: string,
  change: AccountChange,
): Promise<void> {
  await insertAccountEvents(db, userId, {
    actor: `user:${userId}`,
    command: `account.${change}`,
    detail: {},
  });
}
