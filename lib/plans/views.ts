/** Plans as people read them: the list by cursor, and one plan with its versions and the charges of one of them. */
import {
  type Charge,
  countRatePlans,
  findRatePlan,
  listCharges,
  type ListedRatePlan,
  listRatePlans,
  listRatePlanVersions,
  type RatePlan,
  type RatePlanFilter,
  type RatePlanVersion,
} from "../../db/queries/rate_plan.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { type Cursor, type CursorPage, cutPage } from "../core/cursor_page.ts";
import { milepostError } from "../core/errors.ts";
import { isId } from "../core/ids.ts";
import { listPriceIndexes } from "../indexes/views.ts";

/** Plans on a page. */
export const rowsPerPage = 25;
/** Counting further would cost more than anyone reads from it. */
export const countedMost = 1000;

export interface RatePlanPage extends CursorPage<ListedRatePlan> {
  /** How many match, up to `countedMost`; one more if there are more. */
  found: number;
}

/** A page of the list, by reference. */
export async function listPlans(
  db: TenantDb,
  filter: RatePlanFilter,
  cursor?: Cursor,
): Promise<RatePlanPage> {
  const [read, found] = await Promise.all([
    listRatePlans(db, filter, rowsPerPage, cursor),
    countRatePlans(db, filter, countedMost + 1),
  ]);
  return { ...cutPage(read, rowsPerPage, cursor, ({ reference }) => reference), found };
}

export interface RatePlanDetail {
  plan: RatePlan;
  /** Newest first. */
  versions: RatePlanVersion[];
  /** The one that was asked for. */
  chosen: RatePlanVersion;
  /** Of the chosen version. */
  charges: Charge[];
}

/** A plan with one of its versions, the newest if none is named. Throws `NotFound`. */
export async function findPlan(db: TenantDb, id: string, version?: number): Promise<RatePlanDetail> {
  if (!isId(id)) throw notFound("There is no such plan", "ratePlanId", id);
  const [plan, versions] = await Promise.all([findRatePlan(db, { id }), listRatePlanVersions(db, id)]);
  if (!plan) throw notFound("There is no such plan", "ratePlanId", id);
  const chosen = version === undefined
    ? versions[0]
    : versions.find((candidate) => candidate.version === version);
  if (!chosen) throw notFound(`This plan has no version ${version}`, "version", String(version));
  return { plan, versions, chosen, charges: await listCharges(db, chosen.id) };
}

/** The indexes that a charge may name. A plan may be made before the values are known. */
export async function indexesToName(db: TenantDb): Promise<Map<string, string>> {
  const indexes = await listPriceIndexes(db);
  return new Map(indexes.map(({ reference, newest }) => [reference, newest?.value ?? "1"]));
}

function notFound(what: string, field: string, value: string): Error {
  return milepostError("NotFound", {
    message: `${what}, or it belongs to another company. Find it in the list of plans.`,
    fields: [{ field, value }],
  });
}
