/** The lists that have filters, and the form in which a filter is kept: as it stands in the address of its list. */
import type { FilteredList } from "../../db/schema.ts";
import { milepostError } from "../core/errors.ts";

/** The address of each list and the names of its filter, in the order in which the list writes them. */
export const filteredLists: Record<FilteredList, { label: string; path: string; names: readonly string[] }> =
  {
    invoices: {
      label: "Invoices",
      path: "/invoices",
      names: ["status", "search", "issued_from", "issued_to", "customer"],
    },
    credit_notes: { label: "Credit notes", path: "/credit-notes", names: ["search"] },
    payments: {
      label: "Payments",
      path: "/payments",
      names: ["status", "search", "received_from", "received_to", "customer"],
    },
    customers: { label: "Customers", path: "/customers", names: ["search"] },
    contracts: { label: "Contracts", path: "/contracts", names: ["search", "customer", "plan"] },
    plans: { label: "Plans", path: "/plans", names: ["search"] },
    vehicles: { label: "Vehicles", path: "/vehicles", names: ["search"] },
  };

const longestValue = 100;
const longestQuery = 2000;

/** Throws `NotFound` for another word. */
export function requireList(list: string): FilteredList {
  if (Object.hasOwn(filteredLists, list)) return list as FilteredList;
  throw milepostError("NotFound", {
    message: "There is no such list. Open a list, set its filter and save it from there.",
    fields: [{ field: "list", value: list }],
  });
}

/** What the list filters by, each name once and nothing else. Throws `InvalidInput` without any, and for what no list writes. */
export function readFilterQuery(list: FilteredList, given: URLSearchParams): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of filteredLists[list].names) {
    const value = given.get(name)?.trim() ?? "";
    if (value.length > longestValue || /\p{Cc}/u.test(value)) throw noFilter(list);
    if (value !== "") query.set(name, value);
  }
  if (query.size === 0 || query.toString().length > longestQuery) throw noFilter(list);
  return query;
}

function noFilter(list: FilteredList): Error {
  return milepostError("InvalidInput", {
    message: `There is no filter to save. Set one in the list “${
      filteredLists[list].label
    }”, then save it from there.`,
  });
}

/** The list with the filter of a view. */
export function hrefOfView({ list, query }: { list: FilteredList; query: string }): string {
  return `${filteredLists[list].path}?${query}`;
}
