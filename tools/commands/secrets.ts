/** `milepost secrets rotate` and `milepost secrets rewrap`. */
import { systemClock } from "../../lib/core/clock.ts";
import { openKeyRing, rotateKey } from "../../lib/integrations/registry.ts";
import { rewrapAll } from "../../lib/ops/rewrap.ts";
import type { CliCommand } from "../command_line.ts";

export const rotateSecretsCommand: CliCommand = {
  name: "secrets rotate",
  summary:
    "Makes a new key, which seals from now on; what is sealed already keeps its key until `secrets rewrap`.",
  example: "milepost secrets rotate",
  arguments: [],
  options: {},
  async run(_input, session) {
    return { result: { key: await rotateKey(session.config(), systemClock) } };
  },
};

export const rewrapSecretsCommand: CliCommand = {
  name: "secrets rewrap",
  summary:
    "Puts everything that is sealed under the active key, while the app runs; can be stopped and run again.",
  example: "milepost secrets rewrap",
  arguments: [],
  options: {},
  async run(_input, session) {
    const ring = await openKeyRing(session.config(), systemClock);
    const { database } = await session.environment();
    const { key, columns } = await rewrapAll(database, ring);
    return { result: { key, columns: columns.map((column) => ({ ...column })) } };
  },
};
