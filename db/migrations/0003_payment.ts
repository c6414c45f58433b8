/** Payments with their allocations and reversals, and the messages that carry invoices to customers. */
import { protect } from "./protect.ts";

/** Frozen: a later change of these tables is a later migration. */
export const statements: string = `
-- payments: what was received never changes; only the state says whether it was taken back ---------------------
create table payment (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  billing_entity_id uuid not null,
  customer_id uuid not null,
  amount bigint not null check (amount > 0),
  currency currency_code not null,
  received_on date not null,
  method text not null check (method in ('bank_transfer', 'card', 'cash', 'cheque', 'direct_debit')),
  reference text check (reference <> ''),
  state text not null default 'received' check (state in ('received', 'reversed')),
  recorded_by text not null,
  recorded_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, billing_entity_id) references billing_entity (tenant_id, id),
  foreign key (tenant_id, customer_id) references customer (tenant_id, id)
);
create index payment_customer on payment (tenant_id, customer_id, id);
create index payment_received on payment (tenant_id, received_on, id);
create index payment_reversed on payment (tenant_id, id) where state = 'reversed';
${protect("payment", "select, insert")}
grant update (state) on payment to milepost_app;

-- what is taken back stays taken back
create function refuse_unreversal() returns trigger language plpgsql as $$
begin
  raise exception 'payment % is reversed and stays so', old.id using errcode = 'check_violation';
end $$;
create trigger payment_reversal_is_final before update on payment for each row
  when (old.state = 'reversed' and new.state <> 'reversed') execute function refuse_unreversal();

-- which part of a payment settles which invoice; taking it back is a row of its own with the amount below zero
create table payment_allocation (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  payment_id uuid not null,
  invoice_id uuid not null,
  amount bigint not null check (amount <> 0),
  reverses_id uuid,
  allocated_by text not null,
  allocated_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, reverses_id),
  foreign key (tenant_id, payment_id) references payment (tenant_id, id),
  foreign key (tenant_id, invoice_id) references invoice (tenant_id, id),
  foreign key (tenant_id, reverses_id) references payment_allocation (tenant_id, id),
  check ((amount < 0) = (reverses_id is not null))
);
create index payment_allocation_payment on payment_allocation (tenant_id, payment_id);
create index payment_allocation_invoice on payment_allocation (tenant_id, invoice_id);
${protect("payment_allocation", "select, insert")}

create table payment_reversal (
  tenant_id uuid not null references tenant (id),
  payment_id uuid not null,
  reason text not null check (reason <> ''),
  reversed_on date not null,
  reversed_by text not null,
  reversed_at timestamptz not null,
  primary key (tenant_id, payment_id),
  foreign key (tenant_id, payment_id) references payment (tenant_id, id)
);
${protect("payment_reversal", "select, insert")}

-- each payment is posted once, and taken back once
alter table ledger_transaction add column payment_id uuid;
alter table ledger_transaction add foreign key (tenant_id, payment_id) references payment (tenant_id, id);
create index ledger_transaction_payment on ledger_transaction (tenant_id, payment_id) where payment_id is not null;
create unique index ledger_transaction_payment_kind on ledger_transaction (tenant_id, payment_id, kind)
  where kind in ('payment_received', 'payment_reversed');

-- entities that are there get the account that payments are posted to; row security binds the owner too
set local role milepost_system;
insert into ledger_account (tenant_id, billing_entity_id, code, name, kind)
  select tenant_id, id, '1000', 'Bank and cash', 'asset' from billing_entity
  on conflict (tenant_id, billing_entity_id, code) do nothing;
reset role;

-- messages: what was written never changes; the state says how far it got ----------------------------------------
create table message (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  invoice_id uuid not null,
  customer_id uuid not null,
  sender_name text not null check (sender_name <> ''),
  recipient text not null check (recipient ~ '^[^[:space:]@,;<>"]+@[^[:space:]@,;<>"]+$'),
  subject text not null check (subject <> ''),
  body_text text not null check (body_text <> ''),
  body_html text not null check (body_html <> ''),
  state text not null default 'queued' check (state in ('queued', 'sending', 'sent', 'kept', 'failed', 'uncertain')),
  attempts int not null default 0 check (attempts >= 0),
  provider_id text,
  failure text,
  requested_by text not null,
  requested_at timestamptz not null,
  settled_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, invoice_id) references invoice (tenant_id, id),
  foreign key (tenant_id, customer_id) references customer (tenant_id, id),
  check ((state in ('queued', 'sending')) = (settled_at is null)),
  check (failure is not null or state not in ('failed', 'uncertain'))
);
create index message_invoice on message (tenant_id, invoice_id, id);
-- an invoice is on its way once at a time, however often the button is pressed
create unique index message_on_its_way on message (tenant_id, invoice_id) where state in ('queued', 'sending');
${protect("message", "select, insert")}
grant update (state, attempts, provider_id, failure, settled_at) on message to milepost_app;

create table message_attachment (
  tenant_id uuid not null references tenant (id),
  message_id uuid not null,
  position int not null check (position > 0),
  file_name text not null check (file_name <> ''),
  media_type text not null,
  content text not null,
  primary key (tenant_id, message_id, position),
  foreign key (tenant_id, message_id) references message (tenant_id, id)
);
${protect("message_attachment", "select, insert")}
`;
