/** Setting vehicles up. */
import { insertVehicle } from "../../db/queries/vehicle.ts";
import { defineCommand } from "../core/command.ts";
import { milepostError } from "../core/errors.ts";
import { readOptionalText, readText } from "../core/input.ts";

export interface VehicleInput {
  /** The tenant's own name for the vehicle, unique; usage names it. */
  reference: string;
  plate: string;
  vin?: string | null;
  class?: string | null;
  fuelType?: string | null;
}

export const createVehicle = defineCommand<VehicleInput, { vehicleId: string }>({
  name: "vehicle.create",
  capability: "vehicles.write",
  subject: (_input, { vehicleId }) => ({ type: "vehicle", id: vehicleId }),
  async run({ db, emit }, input) {
    const reference = readText("reference", input.reference, "V-0042", 100);
    const vehicleId = await insertVehicle(db, {
      reference,
      plate: readText("plate", input.plate, "LV24 FHT", 20),
      vin: readOptionalText("vin", input.vin, "WVWZZZ1JZXW000001", 17),
      class: readOptionalText("class", input.class, "van", 60),
      fuelType: readOptionalText("fuelType", input.fuelType, "diesel", 60),
    });
    if (vehicleId === undefined) {
      const rule = `Another vehicle has the reference ${reference}. Choose another one.`;
      throw milepostError("AlreadyExists", {
        message: rule,
        fields: [{ field: "reference", value: reference, rule }],
      });
    }
    emit("vehicle.created", vehicleId, { reference });
    return { vehicleId };
  },
});
