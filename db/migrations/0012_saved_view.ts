/** Views of the lists that someone saved for themselves: a filter with a name. */
import { protect } from "./protect.ts";

/** Frozen: a later change of these tables is a later migration. */
export const statements: string = `
create table saved_view (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  -- who sees it, as audit rows name people
  owner text not null,
  list text not null
    check (list in ('invoices', 'credit_notes', 'payments', 'customers', 'contracts', 'plans', 'vehicles')),
  name text not null check (name <> '' and length(name) <= 40),
  -- the filter, as it stands in the address of the list
  query text not null check (query <> '' and length(query) <= 2000),
  primary key (tenant_id, id),
  unique (tenant_id, owner, list, query)
);
create unique index saved_view_name on saved_view (tenant_id, owner, list, lower(name));
${protect("saved_view", "select, insert, delete")}
grant update (name) on saved_view to milepost_app;
`;
