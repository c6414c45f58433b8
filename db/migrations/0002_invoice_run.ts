/** Invoice runs: a stored preview of what a month comes to, its approval, and how far its issue is. */
import { protect } from "./protect.ts";

/** Frozen: a later change of these tables is a later migration. */
export const statements: string = `
create table invoice_run (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  billing_entity_id uuid not null,
  -- periods that end in (period_start, period_end] are billed
  period_start date not null,
  period_end date not null,
  state text not null default 'previewing' check (state in
    ('previewing', 'awaiting_approval', 'issuing', 'reconciling', 'done', 'blocked', 'returned', 'cancelled')),
  -- the cut-off: what was committed when the run was prepared, and nothing later
  facts_snapshot pg_snapshot not null,
  item_count int not null check (item_count > 0),
  -- over the results of all items; the approval binds it
  result_hash bytea,
  prepared_by text not null,
  prepared_at timestamptz not null,
  approved_by text,
  approved_at timestamptz,
  note text not null default '',
  finished_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, billing_entity_id) references billing_entity (tenant_id, id),
  check (period_end > period_start),
  check ((approved_by is null) = (approved_at is null)),
  check ((state in ('done', 'blocked', 'returned', 'cancelled')) = (finished_at is not null))
);
create unique index invoice_run_open on invoice_run (tenant_id, billing_entity_id, period_start)
  where state in ('previewing', 'awaiting_approval', 'issuing', 'reconciling');
${protect("invoice_run", "select, insert")}
grant update (state, result_hash, approved_by, approved_at, note, finished_at) on invoice_run to milepost_app;

create table invoice_run_item (
  tenant_id uuid not null references tenant (id),
  invoice_run_id uuid not null,
  -- the order of numbering
  position int not null,
  contract_id uuid not null,
  period_start date not null,
  period_end date not null,
  state text not null default 'pending' check (state in
    ('pending', 'previewed', 'left_out', 'drafted', 'issued', 'parked')),
  -- why a person should look at it, and the sentence for them
  exception text check (exception in ('cannot_price', 'no_address', 'credit_due', 'nothing_to_bill', 'deviation',
    'first_invoice', 'parked')),
  message text not null default '',
  facts_hash bytea,
  currency currency_code,
  subtotal bigint,
  tax_total bigint,
  total bigint,
  line_count int,
  -- of the contract's invoice before; null if there is none
  last_total bigint,
  invoice_id uuid,
  primary key (tenant_id, invoice_run_id, position),
  unique (tenant_id, invoice_run_id, contract_id, period_start),
  foreign key (tenant_id, invoice_run_id) references invoice_run (tenant_id, id),
  foreign key (tenant_id, contract_id) references contract (tenant_id, id),
  foreign key (tenant_id, invoice_id) references invoice (tenant_id, id),
  check ((state = 'pending') = (currency is null and message = '')),
  check ((state in ('drafted', 'issued')) = (invoice_id is not null))
);
create index invoice_run_item_invoice on invoice_run_item (tenant_id, invoice_id) where invoice_id is not null;
create index invoice_run_item_state on invoice_run_item (tenant_id, invoice_run_id, state, position);
${protect("invoice_run_item", "select, insert")}
grant update (state, exception, message, facts_hash, currency, subtotal, tax_total, total, line_count, last_total,
  invoice_id) on invoice_run_item to milepost_app;
`;
