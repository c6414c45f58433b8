/** Customers as people read them: the list by cursor, one customer, and all of them for a file. */
import {
  countCustomers,
  type Customer,
  type CustomerFilter,
  findCustomer as findRow,
  listCustomers as listByReference,
  listCustomersByName,
  type ListedCustomer,
} from "../../db/queries/customer.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { type Cursor, type CursorPage, cutPage } from "../core/cursor_page.ts";
import { milepostError } from "../core/errors.ts";
import { isId } from "../core/ids.ts";

export type { Customer, CustomerFilter, ListedCustomer };

/** Customers on a page. */
export const rowsPerPage = 25;
/** Counting further would cost more than anyone reads from it. */
export const countedMost = 1000;

export interface CustomerPage extends CursorPage<ListedCustomer> {
  /** How many match, up to `countedMost`; one more if there are more. */
  found: number;
}

/** A page of the list, by name; a cursor that is no customer begins at the first one. */
export async function listCustomers(
  db: TenantDb,
  filter: CustomerFilter,
  now: Temporal.Instant,
  cursor?: Cursor,
): Promise<CustomerPage> {
  const isBackwards = cursor !== undefined && "before" in cursor;
  const key = cursor && (isBackwards ? cursor.before : cursor.after);
  const neighbour = key && isId(key) ? await findRow(db, key) : undefined;
  const place = neighbour && { name: neighbour.name, id: neighbour.id, isBackwards };
  const [read, found] = await Promise.all([
    listCustomersByName(db, filter, now, rowsPerPage, place),
    countCustomers(db, filter, countedMost + 1),
  ]);
  return { ...cutPage(read, rowsPerPage, place && cursor, ({ id }) => id), found };
}

/** Throws `NotFound`. */
export async function findCustomer(db: TenantDb, id: string): Promise<Customer> {
  const customer = isId(id) ? await findRow(db, id) : undefined;
  if (customer) return customer;
  throw milepostError("NotFound", {
    message: "There is no such customer, or it belongs to another company. Find it in the list of customers.",
    fields: [{ field: "customerId", value: id }],
  });
}

const rowsAtATime = 1_000;

/** Some customers by reference, after another one: all of them, called until none comes. */
export async function listCustomersAfter(db: TenantDb, last: Customer | undefined): Promise<Customer[]> {
  return await listByReference(db, rowsAtATime, last?.reference);
}
