/** The database that the settings name: a server of one's own, or the embedded one, which is started and migrated here. */
import type { Config } from "../lib/core/config.ts";
import { startEmbedded } from "./embedded.ts";
import { DatabaseUnavailable } from "./errors.ts";
import { migrate, pendingMigrations } from "./migrate.ts";

export interface ConfiguredDatabase {
  appUrl: string;
  systemUrl: string;
  /** Undefined when the settings name a server and no owner for it. */
  ownerUrl?: string;
  /** Names of the migrations that ran just now. */
  migrated: string[];
  /** Lets go of an embedded server; it shuts down with the last process that uses it. */
  release(): Promise<void>;
}

/**
 * Finds or starts the database and brings it up to date. Throws `EmbeddedFailure` or `DatabaseUnavailable` with a sentence; a server
 * of one's own is only migrated when DATABASE_OWNER_URL is set.
 */
export async function configuredDatabase(config: Config): Promise<ConfiguredDatabase> {
  if (config.databaseUrl && config.databaseSystemUrl) return await namedServer(config, config.databaseUrl);
  const server = await startEmbedded({ name: config.dataSet });
  try {
    const migrated = await migrate(server.ownerUrl);
    const { appUrl, systemUrl, ownerUrl } = server;
    return { appUrl, systemUrl, ownerUrl, migrated, release: () => server.stop() };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function namedServer(config: Config, appUrl: string): Promise<ConfiguredDatabase> {
  const { databaseSystemUrl: systemUrl = "", databaseOwnerUrl: ownerUrl } = config;
  const place = { appUrl, systemUrl, ownerUrl, release: () => Promise.resolve() };
  const pending = await pendingMigrations(appUrl);
  if (pending.length === 0) return { ...place, migrated: [] };
  if (ownerUrl) return { ...place, migrated: await migrate(ownerUrl) };
  throw new DatabaseUnavailable(
    `The database is older than this program: ${pending.join(", ")} did not run yet. ` +
      `Run "milepost migrate" with DATABASE_OWNER_URL set, then start again.`,
  );
}
