/** Setting price indexes up, and recording, correcting and taking out their values. */
import {
  deleteIndexValue,
  insertPriceIndex,
  listPriceIndexes,
  listValuesOn,
  lockPriceIndex,
  type PriceIndex,
  setIndexValues,
  setPriceIndex,
} from "../../db/queries/price_index.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { actorKey } from "../core/actor.ts";
import { defineCommand } from "../core/command.ts";
import { milepostError, refuseField } from "../core/errors.ts";
import { isId } from "../core/ids.ts";
import { readDate } from "../core/input.ts";
import {
  type PriceIndexChangeInput,
  type PriceIndexInput,
  readIndexValues,
  readPriceIndex,
  readPriceIndexChange,
} from "./index_input.ts";
import { indexesMost } from "./views.ts";

/** Throws `AlreadyExists` for a reference in use, `InvalidInput`. */
export const createPriceIndex = defineCommand<PriceIndexInput, { priceIndexId: string }>({
  name: "price_index.create",
  capability: "plans.write",
  subject: (_input, { priceIndexId }) => ({ type: "price_index", id: priceIndexId }),
  async run({ db, emit }, input) {
    const index = readPriceIndex(input);
    if ((await listPriceIndexes(db, indexesMost)).length >= indexesMost) {
      refuseField("reference", index.reference, `A business has at most ${indexesMost} indexes.`);
    }
    const priceIndexId = await insertPriceIndex(db, index);
    if (priceIndexId === undefined) {
      const rule = `Another index has the reference ${index.reference}. Choose another one.`;
      throw milepostError("AlreadyExists", {
        message: rule,
        fields: [{ field: "reference", value: index.reference, rule }],
      });
    }
    emit("price_index.created", priceIndexId, { reference: index.reference });
    return { priceIndexId };
  },
});

export interface PriceIndexUpdate extends PriceIndexChangeInput {
  priceIndexId: string;
  /** Of the index as it was read, so that a change made meanwhile is not lost. */
  rowVersion: string;
}

/** Its reference stays, because charges name it. Throws `NotFound`, `Conflict`, `InvalidInput`. */
export const updatePriceIndex = defineCommand<PriceIndexUpdate, { priceIndexId: string }>({
  name: "price_index.update",
  capability: "plans.write",
  subject: ({ priceIndexId }) => ({ type: "price_index", id: priceIndexId }),
  async run({ db, emit }, input) {
    const current = await lockIndex(db, input.priceIndexId);
    if (current.rowVersion !== input.rowVersion) {
      throw milepostError("Conflict", {
        message: "Someone changed this index meanwhile. Compare the new values with yours, then save again.",
      });
    }
    await setPriceIndex(db, current.id, readPriceIndexChange(input));
    emit("price_index.updated", current.id, { reference: current.reference });
    return { priceIndexId: current.id };
  },
});

export interface IndexValuesInput {
  priceIndexId: string;
  /** A line for each value: its date and a number. */
  values: string;
}

export interface IndexValuesResult {
  added: number;
  corrected: number;
  unchanged: number;
  [name: string]: number;
}

/** A value of a date that has one corrects it. Bills that are issued stay as they are; the next run corrects what they billed by it. Throws `NotFound` and `InvalidInput`. */
export const recordIndexValues = defineCommand<IndexValuesInput, IndexValuesResult>({
  name: "price_index.record_values",
  capability: "plans.write",
  subject: ({ priceIndexId }) => ({ type: "price_index", id: priceIndexId }),
  async run({ db, actor, now, emit }, input) {
    const index = await lockIndex(db, input.priceIndexId);
    const values = readIndexValues(input.values);
    const before = await listValuesOn(db, index.id, values.map(({ date }) => date));
    const known = new Map(before.map(({ date, value }) => [date.toString(), value]));
    const changed = values.filter(({ date, value }) => known.get(date.toString()) !== value);
    if (changed.length > 0) await setIndexValues(db, index.id, changed, { by: actorKey(actor), at: now });
    const corrected = changed.filter(({ date }) => known.has(date.toString()));
    emit("price_index.values_recorded", index.id, {
      reference: index.reference,
      values: changed.map(({ date, value }) => ({ date: date.toString(), value })),
      before: corrected.map(({ date }) => ({ date: date.toString(), value: known.get(date.toString())! })),
    });
    return {
      added: changed.length - corrected.length,
      corrected: corrected.length,
      unchanged: values.length - changed.length,
    };
  },
});

export interface IndexValueInput {
  priceIndexId: string;
  date: string;
}

/** Takes a value out that should never have been there. Throws `NotFound` and `InvalidInput`. */
export const removeIndexValue = defineCommand<IndexValueInput, { value: string }>({
  name: "price_index.remove_value",
  capability: "plans.write",
  subject: ({ priceIndexId }) => ({ type: "price_index", id: priceIndexId }),
  async run({ db, emit }, input) {
    const index = await lockIndex(db, input.priceIndexId);
    const date = readDate("date", input.date);
    const value = await deleteIndexValue(db, index.id, date);
    if (value === undefined) {
      throw milepostError("NotFound", {
        message: `The index ${index.name} has no value of ${date}. Go back to its values.`,
        fields: [{ field: "date", value: input.date }],
      });
    }
    emit("price_index.value_removed", index.id, {
      reference: index.reference,
      date: date.toString(),
      value,
    });
    return { value };
  },
});

async function lockIndex(db: TenantDb, priceIndexId: string): Promise<PriceIndex> {
  const index = isId(priceIndexId) ? await lockPriceIndex(db, priceIndexId) : undefined;
  if (index) return index;
  throw milepostError("NotFound", {
    message: "There is no such index, or it belongs to another company. Find it in the list of indexes.",
    fields: [{ field: "priceIndexId", value: priceIndexId }],
  });
}
