/** What a contract agrees beside its plan: a minimum and cap, discounts, free units; and the lines of an invoice that they make. */
import { protect } from "./protect.ts";

/** Frozen: a later change of this table is a later migration. */
export const statements: string = `
create table contract_term (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  contract_id uuid not null,
  kind text not null check (kind in ('commitment', 'discount', 'free_units')),
  -- as the invoice names it
  name text not null check (name <> ''),
  -- it counts for the billing periods whose first billed day is in [from_date, to_date)
  from_date date not null,
  to_date date check (to_date > from_date),
  -- references of charges, or null for all
  charges text[] check (charges <> '{}'),
  minimum numeric check (minimum > 0),
  cap numeric check (cap >= minimum and cap > 0),
  -- what minimum and cap are for
  span text check (span in ('billing_period', 'quarter', 'half_year', 'year', 'term')),
  percent numeric check (percent > 0 and percent <= 100),
  amount numeric check (amount > 0),
  units numeric check (units > 0),
  tax_category text,
  tax_percent numeric,
  xid xid8 not null default pg_current_xact_id(),
  primary key (tenant_id, id),
  foreign key (tenant_id, contract_id) references contract (tenant_id, id),
  check ((kind = 'commitment') = (span is not null) and (kind = 'commitment') = (coalesce(minimum, cap) is not null)),
  check ((kind = 'discount') = (percent is not null or amount is not null) and (percent is null or amount is null)),
  check ((kind = 'free_units') = (units is not null) and (kind <> 'free_units' or cardinality(charges) = 1)),
  check (tax_category is null or kind = 'commitment' and tax_percent is not null)
);
create index contract_term_contract on contract_term (tenant_id, contract_id, from_date);
${protect("contract_term", "select, insert")}

-- the last one of a term holds; a term that ends on its first day never counted
create table contract_term_end (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  contract_term_id uuid not null,
  end_date date not null,
  xid xid8 not null default pg_current_xact_id(),
  primary key (tenant_id, id),
  foreign key (tenant_id, contract_term_id) references contract_term (tenant_id, id)
);
create index contract_term_end_term on contract_term_end (tenant_id, contract_term_id, id);
${protect("contract_term_end", "select, insert")}

alter table invoice_line
  add column kind text not null default 'charge' check (kind in ('charge', 'true_up', 'discount')),
  alter column charge_id drop not null,
  add check ((kind = 'charge') = (charge_id is not null));

-- which terms the document was drafted by: those that this sees
alter table invoice_document add column terms_snapshot pg_snapshot not null default pg_current_snapshot();
`;
