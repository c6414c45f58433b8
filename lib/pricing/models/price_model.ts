/** All price models by name, and how each is read from a price case. */
import { Faults } from "../price_case_error.ts";
import { NOT_NEGATIVE, Reader } from "../reader.ts";
import { type ActiveVehiclePrice, readActiveVehicle } from "./active_vehicle.ts";
import { type BestRatePrice, readBestRate } from "./best_rate.ts";
import { readFlat } from "./flat.ts";
import { readGraduated } from "./graduated.ts";
import { type IndexedPrice, readIndexed } from "./indexed.ts";
import { readPackage } from "./package.ts";
import { type PassThroughPrice, readPassThrough } from "./pass_through.ts";
import { type PercentagePrice, readPercentage } from "./percentage.ts";
import { readPerUnit } from "./per_unit.ts";
import type { PooledPrice } from "./pooled.ts";
import type { QuantityPrice } from "./quantity_price.ts";
import { readStairstep } from "./stairstep.ts";
import { readTimeOfUse, type TimeOfUsePrice } from "./time_of_use.ts";
import { readVolume } from "./volume.ts";

export type Price =
  | QuantityPrice
  | PercentagePrice
  | PassThroughPrice
  | BestRatePrice
  | PooledPrice
  | IndexedPrice
  | TimeOfUsePrice
  | ActiveVehiclePrice;

export type ModelName = Price["model"];

const QUANTITY_MODELS: { [Model in QuantityPrice["model"]]: (reader: Reader) => QuantityPrice } = {
  flat: readFlat,
  per_unit: readPerUnit,
  graduated: readGraduated,
  volume: readVolume,
  package: readPackage,
  stairstep: readStairstep,
};

const MODELS: { [Model in ModelName]: (reader: Reader) => Price } = {
  ...QUANTITY_MODELS,
  percentage: readPercentage,
  pass_through: readPassThrough,
  best_rate: readBestRate,
  pooled: readPooled,
  indexed: readIndexed,
  time_of_use: readTimeOfUse,
  active_vehicle: readActiveVehicle,
};

/** The models that price any quantity; the only ones for charges without events, and for what lies above a pool. */
export const QUANTITY_MODEL_NAMES = Object.keys(QUANTITY_MODELS) as QuantityPrice["model"][];

/** Reads a price of any model. */
export function readPrice(reader: Reader): Price {
  return readOneOf(reader, MODELS);
}

/** Reads a price of a model that prices any quantity. */
export function readQuantityPrice(reader: Reader): QuantityPrice {
  return readOneOf(reader, QUANTITY_MODELS);
}

function readOneOf<Model extends string, Found>(
  reader: Reader,
  models: Record<Model, (reader: Reader) => Found>,
): Found {
  const names = Object.keys(models) as Model[];
  const model = reader.requiredMember("model");
  const name = model.choice(names);
  if (name === model.value) return models[name](reader);
  // Without a known model nothing can be said about the other members; a case with a fault is never priced, so any price will do.
  return models[name](new Reader({}, reader.path, new Faults()));
}

/** Here and not beside its rule, because a pool holds another price and would import its own reader. */
function readPooled(reader: Reader): PooledPrice {
  const member = reader.members(["model", "includedPerVehicle", "overage"]);
  return {
    model: "pooled",
    includedPerVehicle: member("includedPerVehicle").decimal(NOT_NEGATIVE),
    overage: readQuantityPrice(member("overage")),
  };
}
