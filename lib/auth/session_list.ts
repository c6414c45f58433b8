/** The sessions of a person: where they are signed in, and the way to end one, at once and everywhere. */
import {
  findOpenSessions,
  type OpenSession,
  setOpenSessionEnded,
  setOtherSessionsEnded,
} from "../../db/queries/session.ts";
import { withSystem } from "../../db/system.ts";
import { milepostError } from "../core/errors.ts";
import { isId } from "../core/ids.ts";
import { recordSessionsEnded } from "./account_trail.ts";
import { idleHours, type Session, type SessionEnvironment } from "./sessions.ts";

export type { OpenSession };

/** The sessions that are open, the one used last first. */
export async function listSessions(
  { database, clock }: SessionEnvironment,
  { user }: Session,
): Promise<OpenSession[]> {
  const now = clock.now();
  const seenSince = now.subtract({ hours: idleHours });
  return await withSystem(database, (db) => findOpenSessions(db, user.id, { now, seenSince }), {
    readOnly: true,
  });
}

/** Ends one of the person's sessions. Throws `NotFound` for one that is not theirs, or over. */
export async function endSession(
  { database, clock }: SessionEnvironment,
  { user }: Session,
  id: string,
): Promise<void> {
  const isEnded = isId(id) && await withSystem(database, async (db) => {
    const ended = await setOpenSessionEnded(db, user.id, id, clock.now());
    if (ended) await recordSessionsEnded(db, user.id, 1);
    return ended;
  });
  if (!isEnded) throw milepostError("NotFound", { message: "This session is over. Reload the page." });
}

/** Ends every session of the person but this one. */
export async function endOtherSessions(
  { database, clock }: SessionEnvironment,
  { id, user }: Session,
): Promise<void> {
  await withSystem(database, async (db) => {
    const ended = await setOtherSessionsEnded(db, user.id, id, clock.now());
    if (ended > 0) await recordSessionsEnded(db, user.id, ended);
  });
}
