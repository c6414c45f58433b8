/** What a vehicle may be, whether one form says it or a row of a file. */
import type { NewVehicle } from "../../db/queries/vehicle.ts";
import { readAll, readOptionalText, readText } from "../core/input.ts";

export interface VehicleInput {
  /** The tenant's own name for the vehicle, unique; usage names it. */
  reference: string;
  plate: string;
  vin?: string | null;
  class?: string | null;
  fuelType?: string | null;
}

/** Throws `InvalidInput` with everything that is wrong at once. */
export function readVehicle(input: VehicleInput): NewVehicle {
  return readAll<NewVehicle>({
    reference: () => readText("reference", input.reference, "V-0042", 100),
    plate: () => readText("plate", input.plate, "LV24 FHT", 20),
    vin: () => readOptionalText("vin", input.vin, "WVWZZZ1JZXW000001", 17),
    class: () => readOptionalText("class", input.class, "van", 60),
    fuelType: () => readOptionalText("fuelType", input.fuelType, "diesel", 60),
  });
}
