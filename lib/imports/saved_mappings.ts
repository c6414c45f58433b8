/** The mappings that come with Milepost, by name, and the words that stand for none of them. */
import { milepostError } from "../core/errors.ts";
import type { UsageMapping } from "./mapping.ts";
import { chicagoTaxi } from "./mappings/chicago_taxi.ts";
import { fleetUsage } from "./mappings/fleet_usage.ts";
import { nycTaxi } from "./mappings/nyc_taxi.ts";

/** Chosen where a person wants to say which column is what. */
export const byHand = "by-hand";
/** Names that mean something else than a mapping of someone's own. */
export const takenNames: readonly string[] = [byHand, "api"];

export const savedMappings: readonly UsageMapping[] = [fleetUsage, chicagoTaxi, nycTaxi];

/** The mapping of this name. Throws `InvalidInput` that lists the names. */
export function findMapping(name: string): UsageMapping {
  const found = savedMappings.find((mapping) => mapping.name === name);
  return found ?? refuseMapping(name, savedMappings.map((mapping) => mapping.name));
}

/** Throws `InvalidInput` that lists the names that there are. */
export function refuseMapping(name: string, names: readonly string[]): never {
  const rule = `Choose one of ${names.join(", ")}.`;
  throw milepostError("InvalidInput", {
    message: name === ""
      ? `No mapping was chosen. ${rule}`
      : `There is no mapping "${name.slice(0, 60)}". ${rule}`,
    fields: [{ field: "mapping", value: name, rule, example: names[0] }],
  });
}
