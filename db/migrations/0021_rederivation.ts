/** Re-derivation: periods that are billed and were derived again, what came of it, and the lines and credit notes that correct them. */
import { protect } from "./protect.ts";

/** Frozen: a later change of these tables is a later migration. */
export const statements: string = `
-- what came after a cut-off is found without reading what came before it
create index usage_event_order on usage_event (tenant_id, xid, at);
create index usage_correction_order on usage_correction (tenant_id, xid);

-- a published value that was recorded, corrected or taken out: bills of days from then on may rest on another one
create table price_index_change (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  -- what charges name the index by; it never changes
  reference text not null,
  from_date date not null,
  xid xid8 not null default pg_current_xact_id(),
  primary key (tenant_id, id)
);
create index price_index_change_order on price_index_change (tenant_id, xid);
${protect("price_index_change", "select, insert")}

-- An invoice that bills no period of its own: it stands for the last period that it corrects, beside what bills that one.
alter table invoice add column only_corrections boolean not null default false;
drop index invoice_period;
create unique index invoice_period on invoice (tenant_id, contract_id, period_start)
  where state not in ('void', 'credited') and not only_corrections;

-- A billed period derived again whole as of a cut-off. The last one of a period says what is due for it.
create table rederivation (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  contract_id uuid not null,
  period_start date not null,
  period_end date not null,
  -- the one that bills the period
  invoice_id uuid not null,
  invoice_run_id uuid not null,
  facts_snapshot pg_snapshot not null,
  terms_snapshot pg_snapshot not null default pg_current_snapshot(),
  facts_hash bytea not null,
  price_case jsonb not null,
  usage_count bigint not null,
  vehicles jsonb not null,
  primary key (tenant_id, id),
  unique (tenant_id, invoice_run_id, contract_id, period_start),
  foreign key (tenant_id, contract_id) references contract (tenant_id, id),
  foreign key (tenant_id, invoice_id) references invoice (tenant_id, id),
  foreign key (tenant_id, invoice_run_id) references invoice_run (tenant_id, id)
);
create index rederivation_period on rederivation (tenant_id, contract_id, period_start, id);
create index rederivation_invoice on rederivation (tenant_id, invoice_id, id);
${protect("rederivation", "select, insert")}

-- a line that bills what was missing for an earlier period
create table invoice_line_correction (
  tenant_id uuid not null references tenant (id),
  invoice_line_id uuid not null,
  rederivation_id uuid not null,
  -- of what it corrects
  tax_point date not null,
  -- for the same charge, vehicle and rate: net of credit notes, and what is due
  billed bigint not null,
  due bigint not null,
  primary key (tenant_id, invoice_line_id),
  foreign key (tenant_id, invoice_line_id) references invoice_line (tenant_id, id),
  foreign key (tenant_id, rederivation_id) references rederivation (tenant_id, id)
);
create index invoice_line_correction_of on invoice_line_correction (tenant_id, rederivation_id);
${protect("invoice_line_correction", "select, insert")}

-- a credit note that takes back what was too much for an earlier period; those given by hand have no row
create table credit_note_correction (
  tenant_id uuid not null references tenant (id),
  credit_note_id uuid not null,
  rederivation_id uuid not null,
  primary key (tenant_id, credit_note_id),
  foreign key (tenant_id, credit_note_id) references credit_note (tenant_id, id),
  foreign key (tenant_id, rederivation_id) references rederivation (tenant_id, id)
);
create index credit_note_correction_of on credit_note_correction (tenant_id, rederivation_id);
${protect("credit_note_correction", "select, insert")}
alter table credit_note add column xid xid8 not null default pg_current_xact_id();

-- the billed periods whose facts changed, each with the item of the run that carries what comes of it
create table invoice_run_correction (
  tenant_id uuid not null references tenant (id),
  invoice_run_id uuid not null,
  position int not null,
  contract_id uuid not null,
  period_start date not null,
  period_end date not null,
  invoice_id uuid not null,
  -- up to which facts it was billed or derived before
  facts_snapshot pg_snapshot not null,
  state text not null default 'pending' check (state in ('pending', 'unchanged', 'changed', 'failed')),
  message text not null default '',
  -- in the terms of the lines: before tax, or with it where the invoice includes it
  increase bigint not null default 0 check (increase >= 0),
  decrease bigint not null default 0 check (decrease >= 0),
  primary key (tenant_id, invoice_run_id, contract_id, period_start),
  foreign key (tenant_id, invoice_run_id, position) references invoice_run_item (tenant_id, invoice_run_id, position),
  foreign key (tenant_id, contract_id) references contract (tenant_id, id),
  foreign key (tenant_id, invoice_id) references invoice (tenant_id, id)
);
create index invoice_run_correction_item on invoice_run_correction (tenant_id, invoice_run_id, position);
${protect("invoice_run_correction", "select, insert")}
grant update (state, message, increase, decrease) on invoice_run_correction to milepost_app;

alter table invoice_run_item
  -- whether it bills its period, or only corrects earlier ones
  add column only_corrections boolean not null default false,
  -- of the credit notes that are issued with it
  add column credit_total bigint not null default 0,
  drop constraint invoice_run_item_exception_check,
  add constraint invoice_run_item_exception_check check (exception in ('cannot_price', 'no_address', 'credit_due',
    'nothing_to_bill', 'deviation', 'first_invoice', 'parked', 'correction', 'correction_failed')),
  drop constraint invoice_run_item_check1,
  add constraint invoice_run_item_check1 check (case when state in ('drafted', 'issued')
    then invoice_id is not null or credit_total > 0 else invoice_id is null end);
grant update (credit_total) on invoice_run_item to milepost_app;
`;
