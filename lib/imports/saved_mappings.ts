/** The mappings that come with Milepost, by name. */
import { milepostError } from "../core/errors.ts";
import type { UsageMapping } from "./mapping.ts";
import { chicagoTaxi } from "./mappings/chicago_taxi.ts";
import { fleetUsage } from "./mappings/fleet_usage.ts";
import { nycTaxi } from "./mappings/nyc_taxi.ts";

export const savedMappings: readonly UsageMapping[] = [fleetUsage, chicagoTaxi, nycTaxi];

/** The mapping of this name. Throws `InvalidInput` that lists the names. */
export function findMapping(name: string): UsageMapping {
  const found = savedMappings.find((mapping) => mapping.name === name);
  if (found) return found;
  const names = savedMappings.map((mapping) => mapping.name);
  const rule = `Choose one of ${names.join(", ")}.`;
  throw milepostError("InvalidInput", {
    message: name === ""
      ? `No mapping was chosen. ${rule}`
      : `There is no mapping "${name.slice(0, 60)}". ${rule}`,
    fields: [{ field: "mapping", value: name, rule, example: names[0] }],
  });
}
