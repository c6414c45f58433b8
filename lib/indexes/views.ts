/** Price indexes as people read them, and their newest values for an example of a plan. */
import {
  findPriceIndex as findRow,
  type IndexValue,
  type ListedPriceIndex,
  listIndexValues,
  listPlansOfIndex,
  listPriceIndexes as listRows,
  type PlanOfIndex,
  type PriceIndex,
} from "../../db/queries/price_index.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { type Cursor, type CursorPage, cutPage } from "../core/cursor_page.ts";
import { milepostError } from "../core/errors.ts";
import { isId } from "../core/ids.ts";

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
