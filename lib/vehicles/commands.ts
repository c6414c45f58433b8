/** Setting vehicles up and changing them. */
import { insertVehicle, lockVehicle, setVehicle } from "../../db/queries/vehicle.ts";
import { defineCommand } from "../core/command.ts";
import { type MilepostError, milepostError } from "../core/errors.ts";
import { isId } from "../core/ids.ts";
import { readVehicle, type VehicleInput } from "./vehicle_input.ts";

export type { VehicleInput };

export const createVehicle = defineCommand<VehicleInput, { vehicleId: string }>({
  name: "vehicle.create",
  capability: "vehicles.write",
  subject: (_input, { vehicleId }) => ({ type: "vehicle", id: vehicleId }),
  async run({ db, emit }, input) {
    const vehicle = readVehicle(input);
    const vehicleId = await insertVehicle(db, vehicle);
    if (vehicleId === undefined) throw referenceTaken(vehicle.reference);
    emit("vehicle.created", vehicleId, { reference: vehicle.reference });
    return { vehicleId };
  },
});

export interface VehicleChange extends VehicleInput {
  vehicleId: string;
  /** Of the vehicle as it was read, so that a change made meanwhile is not lost. */
  rowVersion: string;
}

/**
 * Usage that is in stays with the vehicle; later usage must name its new reference. Throws `NotFound`, `Conflict` when someone
 * changed the vehicle meanwhile, `AlreadyExists` for a reference in use, `InvalidInput`.
 */
export const updateVehicle = defineCommand<VehicleChange, { vehicleId: string }>({
  name: "vehicle.update",
  capability: "vehicles.write",
  subject: ({ vehicleId }) => ({ type: "vehicle", id: vehicleId }),
  async run({ db, emit }, input) {
    const { vehicleId, rowVersion } = input;
    const current = isId(vehicleId) ? await lockVehicle(db, vehicleId) : undefined;
    if (!current) {
      throw milepostError("NotFound", {
        message: "There is no such vehicle. Find it in the list of vehicles.",
        fields: [{ field: "vehicleId", value: vehicleId }],
      });
    }
    if (current.rowVersion !== rowVersion) {
      throw milepostError("Conflict", {
        message:
          "Someone changed this vehicle meanwhile. Compare the new values with yours, then save again.",
      });
    }
    const vehicle = readVehicle(input);
    if (!await setVehicle(db, vehicleId, vehicle)) throw referenceTaken(vehicle.reference);
    emit("vehicle.updated", vehicleId, { reference: vehicle.reference });
    return { vehicleId };
  },
});

function referenceTaken(reference: string): MilepostError {
  const rule = `Another vehicle has the reference ${reference}. Choose another one.`;
  return milepostError("AlreadyExists", {
    message: rule,
    fields: [{ field: "reference", value: reference, rule }],
  });
}
