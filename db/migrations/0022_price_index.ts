/** Published indexes, such as a fuel price, and their values by date, which indexed charges move with. */
import { protect } from "./protect.ts";

/** Frozen: a later change of this table is a later migration. */
export const statements: string = `
create table price_index (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  reference text not null check (reference <> ''),
  name text not null check (name <> ''),
  unit text not null check (unit <> ''),
  source text,
  publication_lag_days int not null default 0 check (publication_lag_days between 0 and 90),
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, reference)
);
${protect("price_index", "select, insert, update")}

create table price_index_value (
  tenant_id uuid not null references tenant (id),
  price_index_id uuid not null,
  date date not null,
  value numeric not null,
  recorded_by text not null,
  recorded_at timestamptz not null,
  primary key (tenant_id, price_index_id, date),
  foreign key (tenant_id, price_index_id) references price_index (tenant_id, id)
);
${protect("price_index_value", "select, insert, update, delete")}
`;
