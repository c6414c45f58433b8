/** Saving the filter of a list under a name, for oneself alone; naming it anew, and removing it. */
import {
  deleteSavedView,
  insertSavedView,
  listSavedViews,
  type SavedView,
  setSavedViewName,
} from "../../db/queries/saved_view.ts";
import type { FilteredList } from "../../db/schema.ts";
import { actorKey } from "../core/actor.ts";
import { defineCommand } from "../core/command.ts";
import { milepostError, refuseField } from "../core/errors.ts";
import { readText } from "../core/input.ts";
import { readFilterQuery, requireList } from "./filters.ts";
import { findSavedView } from "./views.ts";

/** Of one list: more would be a list of their own above it. */
const viewsMost = 12;
const longestName = 40;

export interface SavedViewInput {
  list: string;
  name: string;
  /** The filter as it stands in the address of the list. */
  query: string;
}

export interface SavedViewPlace {
  viewId: string;
  list: FilteredList;
  query: string;
  [name: string]: string;
}

/** Throws `AlreadyExists` for a name or a filter that a view of the list has, `NotFound` for no list, `InvalidInput`. */
export const saveView = defineCommand<SavedViewInput, SavedViewPlace>({
  name: "saved_view.save",
  capability: "read",
  subject: (_input, { viewId }) => ({ type: "saved_view", id: viewId }),
  async run({ db, actor }, input) {
    const list = requireList(input.list);
    const query = readFilterQuery(list, new URLSearchParams(input.query)).toString();
    const name = readName(input.name);
    const owner = actorKey(actor);
    const others = await listSavedViews(db, owner, list);
    const same = others.find((other) => other.query === query);
    if (same) throw taken(name, `You saved this filter already, as “${same.name}”.`);
    requireFreeName(name, others);
    if (others.length >= viewsMost) {
      refuseField(
        "name",
        name,
        `A list has at most ${viewsMost} views of your own. Remove one of them first.`,
      );
    }
    const viewId = await insertSavedView(db, { owner, list, name, query });
    if (viewId === undefined) throw milepostError("Conflict");
    return { viewId, list, query };
  },
});

/** Throws `AlreadyExists` for a name that another view of the list has, `NotFound`, `InvalidInput`. */
export const renameView = defineCommand<{ viewId: string; name: string }, SavedViewPlace>({
  name: "saved_view.rename",
  capability: "read",
  subject: ({ viewId }) => ({ type: "saved_view", id: viewId }),
  async run({ db, actor }, input) {
    const { id: viewId, owner, list, query } = await findSavedView(db, actor, input.viewId);
    const name = readName(input.name);
    const others = await listSavedViews(db, owner, list);
    requireFreeName(name, others.filter(({ id }) => id !== viewId));
    if (!await setSavedViewName(db, viewId, name)) throw taken(name, nameTaken(name));
    return { viewId, list, query };
  },
});

/** Takes the link away; what it showed stays. Throws `NotFound`. */
export const removeView = defineCommand<{ viewId: string }, SavedViewPlace>({
  name: "saved_view.remove",
  capability: "read",
  subject: ({ viewId }) => ({ type: "saved_view", id: viewId }),
  async run({ db, actor }, input) {
    const { id: viewId, list, query } = await findSavedView(db, actor, input.viewId);
    await deleteSavedView(db, viewId);
    return { viewId, list, query };
  },
});

function readName(text: string): string {
  return readText("name", text.replace(/\s+/g, " "), "Overdue at Brightwater", longestName);
}

function requireFreeName(name: string, others: readonly SavedView[]): void {
  const same = others.find((other) => other.name.toLowerCase() === name.toLowerCase());
  if (same) throw taken(name, nameTaken(same.name));
}

function nameTaken(name: string): string {
  return `You have a view “${name}” of this list. Choose another name.`;
}

function taken(name: string, rule: string): Error {
  return milepostError("AlreadyExists", { message: rule, fields: [{ field: "name", value: name, rule }] });
}
