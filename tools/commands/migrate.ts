/** `milepost migrate`. */
import { configuredDatabase } from "../../db/configured.ts";
import type { CliCommand } from "../command_line.ts";

export const migrateCommand: CliCommand = {
  name: "migrate",
  summary: "Brings the database up to date, as its owner (DATABASE_OWNER_URL), and prints what ran.",
  example: "milepost migrate",
  arguments: [],
  options: {},
  async run(_input, session) {
    const place = await configuredDatabase(session.config());
    await place.release();
    return { result: { migrated: place.migrated } };
  },
};
