/** Vehicles from a file: the columns that the export writes, and the command that takes their rows. */
import { insertVehicles, listVehiclesByReference, type NewVehicle } from "../../db/queries/vehicle.ts";
import { defineCommand } from "../core/command.ts";
import type { RecordKind } from "../imports/import_records.ts";
import {
  describeBatch,
  inOrder,
  type RecordBatch,
  type RecordBatchResult,
  type RecordRules,
  requireWritten,
  takeRecords,
} from "../imports/record_batch.ts";
import type { RecordColumn, RecordRow } from "../imports/record_file.ts";
import { readVehicle } from "./vehicle_input.ts";

export const vehicleColumns: readonly RecordColumn<NewVehicle>[] = [
  {
    name: "reference",
    about: "reference",
    help: "Your own name for the vehicle. Usage names it.",
    example: "V-0042",
    required: true,
    value: ({ reference }) => reference,
  },
  {
    name: "plate",
    about: "plate",
    help: "Registration plate.",
    example: "LV24 FHT",
    required: true,
    value: ({ plate }) => plate,
  },
  {
    name: "vin",
    about: "VIN",
    help: "Vehicle identification number.",
    example: "WVWZZZ1JZXW000001",
    value: ({ vin }) => vin,
  },
  {
    name: "class",
    about: "class",
    help: "In your own words.",
    example: "van",
    value: (vehicle) => vehicle.class,
  },
  {
    name: "fuel_type",
    about: "fuel",
    help: "In your own words.",
    example: "diesel",
    value: ({ fuelType }) => fuelType,
  },
];

const columnOf = { fuelType: "fuel_type" };

function readRow(values: RecordRow["values"]): NewVehicle {
  return readVehicle({
    reference: values.reference,
    plate: values.plate,
    vin: values.vin,
    class: values.class,
    fuelType: values.fuel_type,
  });
}

/** Adds the vehicles that are new. Throws `Conflict` where someone else adds one of them at the same moment. */
export const importVehicles = defineCommand<RecordBatch, RecordBatchResult>({
  name: "vehicle.import",
  capability: "vehicles.write",
  subject: ({ sha256 }) => ({ type: "vehicle_file", id: sha256 }),
  detail: describeBatch,
  run({ db, emit }, { rows }) {
    return takeRecords(rows, {
      async prepare(slice): Promise<RecordRules<NewVehicle>> {
        const references = slice.map(({ values }) => values.reference.trim());
        const there = await listVehiclesByReference(db, references);
        return {
          noun: "vehicle",
          columns: vehicleColumns,
          columnOf,
          read: readRow,
          there: new Map(there.map((vehicle) => [vehicle.reference, vehicle])),
        };
      },
      async add(vehicles) {
        if (vehicles.length === 0) return;
        const ids = await insertVehicles(db, inOrder(vehicles));
        for (const { reference } of vehicles) {
          emit("vehicle.created", requireWritten(ids, reference), { reference });
        }
      },
    });
  },
});

export const vehicleFile: RecordKind = {
  form: { noun: "vehicle", nouns: "vehicles", file: "vehicles", columns: vehicleColumns, repeats: [] },
  command: importVehicles,
};
