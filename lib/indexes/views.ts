/** Price indexes as people read them, and their newest values for an example of a plan. */
import {
  findPriceIndex as findRow,
  type IndexValue,
  type ListedPriceIndex,
  listIndexValues,
  listPlansOfIndex,
  listPriceIndexes as listRows,
  listValuesOn,
  type PlanOfIndex,
  type PriceIndex,
} from "../../db/queries/price_index.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { type Cursor, type CursorPage, cutPage } from "../core/cursor_page.ts";
import { milepostError } from "../core/errors.ts";
import { isId } from "../core/ids.ts";
import { parseDate } from "../core/input.ts";

export type { IndexValue, ListedPriceIndex, PlanOfIndex, PriceIndex };

/** More than anyone bills by; all of them stand on one page. */
export const indexesMost = 50;
const valuesPerPage = 25;
const plansShown = 25;

/** All of them, by reference. */
export async function listPriceIndexes(db: TenantDb): Promise<ListedPriceIndex[]> {
  return await listRows(db, indexesMost);
}

/** Throws `NotFound`. */
export async function findPriceIndex(db: TenantDb, id: string): Promise<PriceIndex> {
  const index = isId(id) ? await findRow(db, id) : undefined;
  if (index) return index;
  throw milepostError("NotFound", {
    message: "There is no such index, or it belongs to another company. Find it in the list of indexes.",
    fields: [{ field: "priceIndexId", value: id }],
  });
}

export interface PriceIndexDetail {
  index: PriceIndex;
  /** The newest first. */
  values: CursorPage<IndexValue>;
  /** By name. */
  plans: PlanOfIndex[];
}

/** Throws `NotFound`. */
export async function findPriceIndexDetail(
  db: TenantDb,
  id: string,
  cursor?: Cursor,
): Promise<PriceIndexDetail> {
  const index = await findPriceIndex(db, id);
  const [values, plans] = await Promise.all([
    listIndexValues(db, id, valuesPerPage, cursor),
    listPlansOfIndex(db, index.reference, plansShown),
  ]);
  return { index, values: cutPage(values, valuesPerPage, cursor, ({ date }) => date.toString()), plans };
}

/** A value of an index by its day. Throws `NotFound`. */
export async function findIndexValue(
  db: TenantDb,
  id: string,
  date: string,
): Promise<{ index: PriceIndex; value: IndexValue }> {
  const index = await findPriceIndex(db, id);
  const day = parseDate(date);
  const [value] = day ? await listValuesOn(db, id, [day]) : [];
  if (value) return { index, value };
  throw milepostError("NotFound", {
    message: `The index ${index.name} has no value of that day. Go back to its values.`,
    fields: [{ field: "date", value: date }],
  });
}
