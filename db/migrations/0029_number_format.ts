/** How the numbers of an entity's documents are written: set for series to come, kept with each series from its first number on. */
import { protect } from "./protect.ts";

/** Frozen: a later change of these tables is a later migration. */
export const statements: string = `
-- a number is prefix, separator, year, separator, number in the series; without a row as the entity's prefix says
create table number_format (
  tenant_id uuid not null references tenant (id),
  billing_entity_id uuid not null,
  document_type text not null check (document_type in ('invoice', 'credit_note')),
  prefix text not null check (prefix ~ '^[A-Z0-9]+(-[A-Z0-9]+)*$' and length(prefix) <= 16),
  separator text not null check (separator in ('-', '.')),
  year_digits smallint not null check (year_digits in (2, 4)),
  number_digits smallint not null check (number_digits between 1 and 9),
  primary key (tenant_id, billing_entity_id, document_type),
  unique (tenant_id, prefix),
  foreign key (tenant_id, billing_entity_id) references billing_entity (tenant_id, id)
);
${protect("number_format", "select, insert, update")}

-- the format that a series began with; null where none was set then: as the entity's prefix says
alter table number_series
  add column prefix text,
  add column separator text,
  add column year_digits smallint,
  add column number_digits smallint,
  add check (num_nulls(prefix, separator, year_digits, number_digits) in (0, 4));
create index number_series_prefix on number_series (tenant_id, prefix) where prefix is not null;
revoke update on number_series from milepost_app;
grant update (last_number, last_issue_date) on number_series to milepost_app;
`;
