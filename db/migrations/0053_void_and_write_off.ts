/** How an invoice ends without being paid or credited: voided, or written off with the tax that is claimed back. */
import { protect } from "./protect.ts";

/** Frozen: a later change of these tables is a later migration. */
export const statements: string = `
-- what was given up of it; a payment that is taken back later opens the rest again
alter table invoice add column written_off_amount bigint not null default 0
  check (written_off_amount between 0 and total);
grant update (written_off_amount) on invoice to milepost_app;

-- what was open when it was given up, in minor units; the tax is a part of the amount
create table write_off (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  invoice_id uuid not null,
  amount bigint not null check (amount > 0),
  tax_relief bigint not null check (tax_relief between 0 and amount),
  written_off_on date not null,
  reason text not null check (reason <> ''),
  actor text not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, invoice_id) references invoice (tenant_id, id)
);
create index write_off_invoice on write_off (tenant_id, invoice_id);
${protect("write_off", "select, insert")}

-- the relief by rate, as a tax return asks for it
create table write_off_tax (
  tenant_id uuid not null references tenant (id),
  write_off_id uuid not null,
  category text not null,
  percent numeric not null,
  amount bigint not null check (amount <> 0),
  primary key (tenant_id, write_off_id, category, percent),
  foreign key (tenant_id, write_off_id) references write_off (tenant_id, id)
);
${protect("write_off_tax", "select, insert")}

alter table ledger_transaction add column write_off_id uuid;
alter table ledger_transaction add foreign key (tenant_id, write_off_id) references write_off (tenant_id, id);
create unique index ledger_transaction_write_off on ledger_transaction (tenant_id, write_off_id)
  where write_off_id is not null;
create unique index ledger_transaction_void on ledger_transaction (tenant_id, invoice_id) where kind = 'invoice_voided';
`;
