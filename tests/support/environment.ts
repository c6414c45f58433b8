/** What commands of a test share: its database and clock, secrets under one key, and nobody to wake. */
import type { Database } from "../../db/database.ts";
import { type Clock, systemClock } from "../../lib/core/clock.ts";
import type { Environment } from "../../lib/core/command.ts";
import { keyRing } from "../../lib/core/key_ring.ts";
import { envelopeSecrets } from "../../lib/core/secrets.ts";

/** Not random: a test's child processes use the same database. */
const keys = [{ id: "test", key: new Uint8Array(32).fill(7) }];

/** Secrets that every environment of the tests can open. */
export const testSecrets = envelopeSecrets(keyRing(() => keys));

export function environmentOf(database: Database, clock: Clock = systemClock): Environment {
  return { database, clock, secrets: testSecrets, wake: () => {} };
}
