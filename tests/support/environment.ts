/** What commands of a test share: its database and clock, secrets under a key of this process, and nobody to wake. */
import { randomBytes } from "node:crypto";
import type { Database } from "../../db/database.ts";
import { type Clock, systemClock } from "../../lib/core/clock.ts";
import type { Environment } from "../../lib/core/command.ts";
import { keyRing } from "../../lib/core/key_ring.ts";
import { envelopeSecrets } from "../../lib/core/secrets.ts";

const keys = [{ id: "test", key: randomBytes(32) }];

/** Secrets that every environment of this process can open. */
export const testSecrets = envelopeSecrets(keyRing(() => keys));

export function environmentOf(database: Database, clock: Clock = systemClock): Environment {
  return { database, clock, secrets: testSecrets, wake: () => {} };
}
