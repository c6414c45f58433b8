/** Wallets: money that a customer paid ahead or was granted, used by the coming invoices until it expires. */
import { protect } from "./protect.ts";

/** Frozen: a later change of these tables is a later migration. */
export const statements: string = `
create table wallet_credit (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  billing_entity_id uuid not null,
  customer_id uuid not null,
  kind text not null check (kind in ('paid', 'advance', 'granted')),
  -- as invoices name granted money
  name text not null check (name <> ''),
  currency currency_code not null,
  amount bigint not null check (amount > 0),
  -- the smaller is used first, and of two alike the one that expires first
  priority int not null default 50 check (priority between 1 and 100),
  -- the first day on which it cannot be used
  expires_on date,
  -- what is left of paid money is the credit of its payment
  payment_id uuid,
  -- what is left of granted money
  remaining bigint check (remaining between 0 and amount),
  created_by text not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, payment_id),
  foreign key (tenant_id, billing_entity_id) references billing_entity (tenant_id, id),
  foreign key (tenant_id, customer_id) references customer (tenant_id, id),
  foreign key (tenant_id, payment_id) references payment (tenant_id, id),
  check ((kind = 'granted') = (payment_id is null) and (kind = 'granted') = (remaining is not null)),
  check (kind <> 'advance' or expires_on is null)
);
create index wallet_credit_customer on wallet_credit (tenant_id, customer_id);
create index wallet_credit_expiry on wallet_credit (tenant_id, expires_on) where expires_on is not null;
${protect("wallet_credit", "select, insert, update (remaining)")}

-- granted money that an invoice, from its draft on, has as a discount
create table wallet_use (
  tenant_id uuid not null references tenant (id),
  wallet_credit_id uuid not null,
  invoice_id uuid not null,
  amount bigint not null check (amount > 0),
  used_at timestamptz not null,
  primary key (tenant_id, invoice_id, wallet_credit_id),
  foreign key (tenant_id, wallet_credit_id) references wallet_credit (tenant_id, id),
  foreign key (tenant_id, invoice_id) references invoice (tenant_id, id)
);
create index wallet_use_credit on wallet_use (tenant_id, wallet_credit_id);
${protect("wallet_use", "select, insert")}

-- granted money that the preview of an open run counts on, so that nobody else uses it until the draft
create table wallet_hold (
  tenant_id uuid not null references tenant (id),
  invoice_run_id uuid not null,
  contract_id uuid not null,
  period_start date not null,
  wallet_credit_id uuid not null,
  amount bigint not null check (amount > 0),
  primary key (tenant_id, invoice_run_id, contract_id, period_start, wallet_credit_id),
  foreign key (tenant_id, invoice_run_id) references invoice_run (tenant_id, id),
  foreign key (tenant_id, contract_id) references contract (tenant_id, id),
  foreign key (tenant_id, wallet_credit_id) references wallet_credit (tenant_id, id)
);
create index wallet_hold_credit on wallet_hold (tenant_id, wallet_credit_id);
${protect("wallet_hold", "select, insert, delete")}

-- what expired; below zero where the payment that it came from was taken back afterwards
create table wallet_expiry (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  wallet_credit_id uuid not null,
  amount bigint not null check (amount <> 0),
  expired_on date not null,
  recorded_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, wallet_credit_id) references wallet_credit (tenant_id, id)
);
create index wallet_expiry_credit on wallet_expiry (tenant_id, wallet_credit_id);
${protect("wallet_expiry", "select, insert")}

-- each is posted once
alter table ledger_transaction add column wallet_expiry_id uuid;
alter table ledger_transaction
  add foreign key (tenant_id, wallet_expiry_id) references wallet_expiry (tenant_id, id);
create unique index ledger_transaction_wallet_expiry on ledger_transaction (tenant_id, wallet_expiry_id)
  where wallet_expiry_id is not null;

-- entities that are there get the account that expired money is posted to; row security binds the owner too
set local role milepost_system;
insert into ledger_account (tenant_id, billing_entity_id, code, name, kind)
select tenant_id, id, '4100', 'Expired wallet money', 'revenue' from billing_entity
on conflict (tenant_id, billing_entity_id, code) do nothing;
reset role;
`;
