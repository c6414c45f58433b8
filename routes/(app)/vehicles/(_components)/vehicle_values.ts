/** A vehicle as the values of its form, and a sent form as those values. */
import type { Vehicle } from "../../../../lib/vehicles/views.ts";
import type { VehicleFormValues } from "./vehicle_form.tsx";

export const newVehicleValues: VehicleFormValues = {
  reference: "",
  plate: "",
  class: "",
  fuelType: "",
  vin: "",
};

export function vehicleValuesOf(vehicle: Vehicle): VehicleFormValues {
  return {
    reference: vehicle.reference,
    plate: vehicle.plate,
    class: vehicle.class ?? "",
    fuelType: vehicle.fuelType ?? "",
    vin: vehicle.vin ?? "",
  };
}

export function readVehicleValues(field: (name: string) => string): VehicleFormValues {
  return {
    reference: field("reference"),
    plate: field("plate"),
    class: field("class"),
    fuelType: field("fuelType"),
    vin: field("vin"),
  };
}
