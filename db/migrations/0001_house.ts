/** The first tables: tenants and their people, fleets, plans, contracts, usage, invoices, ledger, and the machinery of commands and jobs. */
import { protect } from "./protect.ts";

/** Frozen: a later change of these tables is a later migration. */
export const statements: string = `
create domain currency_code as text check (value ~ '^[A-Z]{3}$');

-- people and tenants: these precede a tenant, so they carry policies of their own ------------------------------
create table tenant (
  id uuid primary key default uuidv7(),
  name text not null check (name <> ''),
  created_at timestamptz not null default now()
);
alter table tenant enable row level security;
alter table tenant force row level security;
create policy tenant_self on tenant to milepost_app
  using (id = nullif(current_setting('app.tenant_id', true), '')::uuid)
  with check (id = nullif(current_setting('app.tenant_id', true), '')::uuid);
create policy tenant_system on tenant to milepost_system using (true) with check (true);
grant select on tenant to milepost_app;
grant select, insert, update on tenant to milepost_system;

create table "user" (
  id uuid primary key default uuidv7(),
  email text not null check (email = lower(email) and email like '%_@_%'),
  name text not null,
  password_hash text,
  created_at timestamptz not null default now(),
  unique (email)
);

create table membership (
  tenant_id uuid not null references tenant (id),
  user_id uuid not null references "user" (id),
  roles text[] not null check (roles <@ array['admin', 'biller', 'approver', 'viewer'] and cardinality(roles) > 0),
  created_at timestamptz not null default now(),
  primary key (tenant_id, user_id)
);
create index membership_user on membership (user_id);
${protect("membership", "select, insert, update, delete")}

alter table "user" enable row level security;
alter table "user" force row level security;
create policy user_member on "user" for select to milepost_app using (exists (
  select 1 from membership m where m.user_id = "user".id
    and m.tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid));
create policy user_system on "user" to milepost_system using (true) with check (true);
grant select (id, email, name, created_at) on "user" to milepost_app;
grant select, insert, update on "user" to milepost_system;

create table session (
  token_hash bytea primary key,
  user_id uuid not null references "user" (id),
  tenant_id uuid references tenant (id),
  created_at timestamptz not null default clock_timestamp(),
  last_seen_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  ended_at timestamptz,
  user_agent text not null default ''
);
create index session_of_user on session (user_id);
alter table session enable row level security;
alter table session force row level security;
create policy session_system on session to milepost_system using (true) with check (true);
grant select, insert, update on session to milepost_system;

create table sign_in_link (
  token_hash bytea primary key,
  user_id uuid not null references "user" (id),
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  used_at timestamptz
);
create index sign_in_link_user on sign_in_link (user_id);
alter table sign_in_link enable row level security;
alter table sign_in_link force row level security;
create policy sign_in_link_system on sign_in_link to milepost_system using (true) with check (true);
grant select, insert, update on sign_in_link to milepost_system;

create table sign_in_attempt (
  id uuid primary key default uuidv7(),
  email_hash bytea not null,
  address text not null,
  succeeded boolean not null,
  at timestamptz not null default clock_timestamp()
);
create index sign_in_attempt_email on sign_in_attempt (email_hash, at);
create index sign_in_attempt_address on sign_in_attempt (address, at);
alter table sign_in_attempt enable row level security;
alter table sign_in_attempt force row level security;
create policy sign_in_attempt_system on sign_in_attempt to milepost_system using (true) with check (true);
grant select, insert, delete on sign_in_attempt to milepost_system;

-- who bills, who is billed, and for what --------------------------------------------------------------------
create table billing_entity (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  name text not null check (name <> ''),
  address_lines text[] not null default '{}',
  country char(2) not null,
  currency currency_code not null,
  zone text not null,
  language text not null default 'en-GB',
  rounding text not null default 'half_up' check (rounding in ('half_up', 'half_even')),
  number_prefix text not null check (number_prefix ~ '^[A-Z0-9]{1,12}$'),
  tax_registration text,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, number_prefix)
);
${protect("billing_entity", "select, insert, update")}

create table customer (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  reference text not null check (reference <> ''),
  name text not null check (name <> ''),
  email text,
  address_lines text[] not null default '{}',
  country char(2),
  payment_terms_days int not null default 30 check (payment_terms_days between 0 and 365),
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, reference)
);
create index customer_name on customer (tenant_id, name, id);
${protect("customer", "select, insert, update")}

create table vehicle (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  reference text not null check (reference <> ''),
  plate text not null,
  vin text,
  class text,
  fuel_type text,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, reference)
);
create index vehicle_plate on vehicle (tenant_id, plate, id);
${protect("vehicle", "select, insert, update")}

create table rate_plan (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  reference text not null check (reference <> ''),
  name text not null check (name <> ''),
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, reference)
);
${protect("rate_plan", "select, insert, update")}

-- a version never changes once written; a new price list is a new version
create table rate_plan_version (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  rate_plan_id uuid not null,
  version int not null check (version > 0),
  currency currency_code not null,
  tax_inclusive boolean not null default false,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, rate_plan_id, version),
  foreign key (tenant_id, rate_plan_id) references rate_plan (tenant_id, id)
);
${protect("rate_plan_version", "select, insert")}

-- meter and price hold the forms of a price case, so that what is stored is what is priced
create table charge (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  rate_plan_version_id uuid not null,
  position int not null,
  reference text not null check (reference <> ''),
  name text not null check (name <> ''),
  kind text not null check (kind in ('recurring', 'usage', 'one_time')),
  per text not null default 'contract' check (per in ('vehicle', 'contract')),
  proration text not null default 'day' check (proration in ('day', 'second', 'fixed30', 'none')),
  meter jsonb,
  price jsonb not null,
  tax_category text,
  tax_percent numeric,
  primary key (tenant_id, id),
  unique (tenant_id, rate_plan_version_id, position),
  unique (tenant_id, rate_plan_version_id, reference),
  foreign key (tenant_id, rate_plan_version_id) references rate_plan_version (tenant_id, id),
  check ((kind = 'usage') = (meter is not null))
);
${protect("charge", "select, insert")}

create table contract (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  reference text not null check (reference <> ''),
  customer_id uuid not null,
  billing_entity_id uuid not null,
  rate_plan_version_id uuid not null,
  start_date date not null,
  end_date date,
  anchor_day int not null default 1 check (anchor_day between 1 and 31),
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, reference),
  foreign key (tenant_id, customer_id) references customer (tenant_id, id),
  foreign key (tenant_id, billing_entity_id) references billing_entity (tenant_id, id),
  foreign key (tenant_id, rate_plan_version_id) references rate_plan_version (tenant_id, id),
  check (end_date > start_date)
);
create index contract_customer on contract (tenant_id, customer_id);
${protect("contract", "select, insert, update")}

create table contract_vehicle (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  contract_id uuid not null,
  vehicle_id uuid not null,
  from_date date not null,
  to_date date,
  primary key (tenant_id, id),
  foreign key (tenant_id, contract_id) references contract (tenant_id, id),
  foreign key (tenant_id, vehicle_id) references vehicle (tenant_id, id),
  check (to_date > from_date)
);
create index contract_vehicle_contract on contract_vehicle (tenant_id, contract_id);
create index contract_vehicle_vehicle on contract_vehicle (tenant_id, vehicle_id, from_date);
${protect("contract_vehicle", "select, insert, update")}

-- what vehicles did -------------------------------------------------------------------------------------------
create table usage_import (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  source text not null,
  file_name text not null,
  mapping text not null,
  state text not null default 'running' check (state in ('running', 'done', 'failed')),
  bytes_total bigint,
  bytes_read bigint not null default 0,
  row_count bigint not null default 0,
  event_count bigint not null default 0,
  duplicate_count bigint not null default 0,
  quarantined_count bigint not null default 0,
  failure text,
  actor text not null,
  started_at timestamptz not null default clock_timestamp(),
  progressed_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  primary key (tenant_id, id),
  check ((state = 'running') = (finished_at is null)),
  check ((state = 'failed') = (failure is not null)),
  check (row_count = event_count + duplicate_count + quarantined_count)
);
create index usage_import_started on usage_import (tenant_id, started_at desc, id);
${protect("usage_import", "select, insert, update")}

-- an uploaded file until its import is over: any worker can go on with it, and nothing is lost with a browser or a disk
create table usage_file_part (
  tenant_id uuid not null references tenant (id),
  usage_import_id uuid not null,
  position int not null check (position >= 0),
  content bytea not null,
  primary key (tenant_id, usage_import_id, position),
  foreign key (tenant_id, usage_import_id) references usage_import (tenant_id, id)
);
${protect("usage_file_part", "select, insert, delete")}

-- never updated: corrections are events of their own. xid is the cut-off by which a preview and its issue see the same facts
create table usage_event (
  tenant_id uuid not null references tenant (id),
  source text not null,
  event_id text not null,
  event text not null,
  contract_id uuid,
  vehicle_id uuid,
  at timestamptz not null,
  properties jsonb not null,
  content_hash bytea not null,
  usage_import_id uuid,
  xid xid8 not null default pg_current_xact_id(),
  primary key (tenant_id, source, event_id),
  foreign key (tenant_id, contract_id) references contract (tenant_id, id),
  foreign key (tenant_id, vehicle_id) references vehicle (tenant_id, id),
  foreign key (tenant_id, usage_import_id) references usage_import (tenant_id, id),
  check (contract_id is not null or vehicle_id is not null)
);
create index usage_event_contract on usage_event (tenant_id, contract_id, at) where contract_id is not null;
create index usage_event_vehicle on usage_event (tenant_id, vehicle_id, at) where vehicle_id is not null;
${protect("usage_event", "select, insert")}

create table quarantined_row (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  usage_import_id uuid not null,
  line bigint not null,
  "column" text not null,
  value text not null,
  reason text not null,
  raw text not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, usage_import_id) references usage_import (tenant_id, id)
);
create index quarantined_row_import on quarantined_row (tenant_id, usage_import_id, line, id);
${protect("quarantined_row", "select, insert")}

-- invoices ----------------------------------------------------------------------------------------------------
-- a series is entity x document type x year of the local issue date; its counter row is locked by whoever numbers
create table number_series (
  tenant_id uuid not null references tenant (id),
  billing_entity_id uuid not null,
  document_type text not null check (document_type in ('invoice', 'credit_note')),
  year int not null,
  last_number bigint not null default 0 check (last_number >= 0),
  last_issue_date date,
  primary key (tenant_id, billing_entity_id, document_type, year),
  foreign key (tenant_id, billing_entity_id) references billing_entity (tenant_id, id)
);
${protect("number_series", "select, insert, update")}

-- state and what is still open; everything that was printed is in invoice_document and never changes
create table invoice (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  billing_entity_id uuid not null,
  customer_id uuid not null,
  contract_id uuid not null,
  period_start date not null,
  period_end date not null,
  currency currency_code not null,
  state text not null check (state in
    ('draft', 'approved', 'issued', 'partially_paid', 'paid', 'credited', 'void', 'uncollectible')),
  series_year int,
  series_number bigint,
  number text,
  issue_date date,
  due_date date,
  total bigint not null,
  open_amount bigint not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, number),
  unique (tenant_id, billing_entity_id, series_year, series_number),
  foreign key (tenant_id, billing_entity_id) references billing_entity (tenant_id, id),
  foreign key (tenant_id, customer_id) references customer (tenant_id, id),
  foreign key (tenant_id, contract_id) references contract (tenant_id, id),
  check (period_end > period_start),
  check ((state in ('draft', 'approved')) = (number is null)),
  check ((number is null) = (issue_date is null) and (number is null) = (series_number is null))
);
-- each contract and period is billed once, unless what billed it was voided or credited
create unique index invoice_period on invoice (tenant_id, contract_id, period_start)
  where state not in ('void', 'credited');
create index invoice_newest on invoice (tenant_id, issue_date desc, id desc);
create index invoice_state on invoice (tenant_id, state, id);
create index invoice_customer on invoice (tenant_id, customer_id, id);
create index invoice_open on invoice (tenant_id, due_date, id) where state in ('issued', 'partially_paid');
${protect("invoice", "select, insert")}
grant update (state, series_year, series_number, number, issue_date, due_date, open_amount) on invoice to milepost_app;

-- a number once given, and the dates printed with it, are given for good
create function refuse_renumbering() returns trigger language plpgsql as $$
begin
  raise exception 'invoice % is issued: its number and dates cannot change', old.number using errcode = 'check_violation';
end $$;
create trigger invoice_number_is_final before update on invoice for each row
  when (old.number is not null and (old.number, old.series_year, old.series_number, old.issue_date, old.due_date)
    is distinct from (new.number, new.series_year, new.series_number, new.issue_date, new.due_date))
  execute function refuse_renumbering();

-- The facts are those that facts_snapshot sees: what was committed when the invoice was derived, and nothing later.
-- price_case is the case without its usage, which never changes and is read again through the snapshot.
create table invoice_document (
  tenant_id uuid not null references tenant (id),
  invoice_id uuid not null,
  facts_snapshot pg_snapshot not null,
  facts_hash bytea not null,
  price_case jsonb not null,
  usage_count bigint not null,
  seller jsonb not null,
  buyer jsonb not null,
  terms jsonb not null,
  vehicles jsonb not null,
  subtotal bigint not null,
  tax_total bigint not null,
  total bigint not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, invoice_id),
  foreign key (tenant_id, invoice_id) references invoice (tenant_id, id)
);
${protect("invoice_document", "select, insert")}

create table invoice_line (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  invoice_id uuid not null,
  position int not null,
  charge_id uuid not null,
  vehicle_id uuid,
  description text not null,
  detail text not null,
  quantity numeric,
  unit_price numeric,
  amount bigint not null,
  tax_category text,
  tax_percent numeric,
  primary key (tenant_id, id),
  unique (tenant_id, invoice_id, position),
  foreign key (tenant_id, invoice_id) references invoice (tenant_id, id),
  foreign key (tenant_id, charge_id) references charge (tenant_id, id),
  foreign key (tenant_id, vehicle_id) references vehicle (tenant_id, id)
);
${protect("invoice_line", "select, insert")}

create table invoice_line_trace (
  tenant_id uuid not null references tenant (id),
  invoice_line_id uuid not null,
  steps jsonb not null,
  primary key (tenant_id, invoice_line_id),
  foreign key (tenant_id, invoice_line_id) references invoice_line (tenant_id, id)
);
${protect("invoice_line_trace", "select, insert")}

create table invoice_tax (
  tenant_id uuid not null references tenant (id),
  invoice_id uuid not null,
  position int not null,
  category text not null,
  percent numeric not null,
  base bigint not null,
  amount bigint not null,
  primary key (tenant_id, invoice_id, position),
  foreign key (tenant_id, invoice_id) references invoice (tenant_id, id)
);
${protect("invoice_tax", "select, insert")}

create table invoice_transition (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  invoice_id uuid not null,
  from_state text,
  to_state text not null,
  actor text not null,
  reason text not null,
  at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, invoice_id) references invoice (tenant_id, id)
);
create index invoice_transition_invoice on invoice_transition (tenant_id, invoice_id, at);
${protect("invoice_transition", "select, insert")}

-- ledger: amounts are debits when positive, credits when negative ---------------------------------------------
create table ledger_account (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  billing_entity_id uuid not null,
  code text not null,
  name text not null,
  kind text not null check (kind in ('asset', 'liability', 'equity', 'revenue', 'expense')),
  primary key (tenant_id, id),
  unique (tenant_id, billing_entity_id, code),
  foreign key (tenant_id, billing_entity_id) references billing_entity (tenant_id, id)
);
${protect("ledger_account", "select, insert")}

create table ledger_transaction (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  billing_entity_id uuid not null,
  kind text not null,
  invoice_id uuid,
  posted_on date not null,
  description text not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, billing_entity_id) references billing_entity (tenant_id, id),
  foreign key (tenant_id, invoice_id) references invoice (tenant_id, id)
);
create index ledger_transaction_invoice on ledger_transaction (tenant_id, invoice_id);
create unique index ledger_transaction_issue on ledger_transaction (tenant_id, invoice_id) where kind = 'invoice_issued';
${protect("ledger_transaction", "select, insert")}

create table ledger_entry (
  tenant_id uuid not null references tenant (id),
  ledger_transaction_id uuid not null,
  position int not null,
  ledger_account_id uuid not null,
  customer_id uuid,
  amount bigint not null,
  currency currency_code not null,
  primary key (tenant_id, ledger_transaction_id, position),
  foreign key (tenant_id, ledger_transaction_id) references ledger_transaction (tenant_id, id),
  foreign key (tenant_id, ledger_account_id) references ledger_account (tenant_id, id),
  foreign key (tenant_id, customer_id) references customer (tenant_id, id)
);
create index ledger_entry_account on ledger_entry (tenant_id, ledger_account_id);
create index ledger_entry_customer on ledger_entry (tenant_id, customer_id) where customer_id is not null;
${protect("ledger_entry", "select, insert")}

-- the last guard behind the posting rules: what does not balance per currency cannot commit
create function refuse_unbalanced_transaction() returns trigger language plpgsql as $$
begin
  if exists (
    select 1 from ledger_entry
    where tenant_id = new.tenant_id and ledger_transaction_id = new.id
    group by currency having sum(amount) <> 0
  ) or not exists (
    select 1 from ledger_entry where tenant_id = new.tenant_id and ledger_transaction_id = new.id
  ) then
    raise exception 'ledger transaction % does not balance', new.id using errcode = 'check_violation';
  end if;
  return null;
end $$;
create constraint trigger ledger_transaction_balances after insert on ledger_transaction
  deferrable initially deferred for each row execute function refuse_unbalanced_transaction();

-- commands, outbox, jobs --------------------------------------------------------------------------------------
create table idempotency_key (
  tenant_id uuid not null references tenant (id),
  actor text not null,
  command text not null,
  key text not null check (length(key) between 1 and 255),
  input_hash bytea not null,
  answer jsonb,
  created_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, actor, command, key)
);
create index idempotency_key_created on idempotency_key (created_at);
${protect("idempotency_key", "select, insert")}
grant update (answer) on idempotency_key to milepost_app;

create table audit_event (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp(),
  actor text not null,
  command text not null,
  subject_type text not null,
  subject_id text not null,
  detail jsonb not null,
  primary key (tenant_id, id)
);
create index audit_event_order on audit_event (tenant_id, xid, id);
create index audit_event_subject on audit_event (tenant_id, subject_type, subject_id);
${protect("audit_event", "select, insert")}

-- read by xid below the oldest running transaction: ids are taken before commits, so tailing by id alone loses rows
create table outbox (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp(),
  event text not null,
  subject_id text not null,
  payload jsonb not null,
  primary key (tenant_id, id)
);
create index outbox_order on outbox (xid, id);
create index outbox_at on outbox (at);
${protect("outbox", "select, insert")}

create table outbox_cursor (
  consumer text primary key,
  xid xid8 not null,
  id uuid not null
);
alter table outbox_cursor enable row level security;
alter table outbox_cursor force row level security;
create policy outbox_cursor_system on outbox_cursor to milepost_system using (true) with check (true);
grant select, insert, update on outbox_cursor to milepost_system;

create table job (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  kind text not null,
  payload jsonb not null,
  unique_key text,
  state text not null default 'ready' check (state in ('ready', 'leased', 'done', 'dead', 'cancelled')),
  priority int not null default 0,
  run_after timestamptz not null default clock_timestamp(),
  attempt int not null default 0,
  max_attempts int check (max_attempts > 0),
  lease_until timestamptz,
  last_error text,
  created_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, kind, unique_key),
  check ((state = 'leased') = (lease_until is not null)),
  check ((state in ('done', 'dead', 'cancelled')) = (finished_at is not null))
);
create index job_due on job (priority desc, run_after, id) where state = 'ready';
create index job_lease on job (lease_until) where state = 'leased';
create index job_dead on job (tenant_id, finished_at) where state = 'dead';
${protect("job", "select, insert, update")}
`;
