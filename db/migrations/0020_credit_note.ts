/** Credit notes: documents like invoices, each naming the invoice it takes back from, line by line. */
import { protect } from "./protect.ts";

/** Frozen: a later change of these tables is a later migration. */
export const statements: string = `
-- what issued credit notes took of an invoice; never more than there is
alter table invoice add column credited_amount bigint not null default 0;
alter table invoice add constraint invoice_credited check
  (credited_amount between 0 and total and open_amount <= total - credited_amount);
grant update (credited_amount) on invoice to milepost_app;

-- A correction is counted against what is due for the period; a concession is given away and stays out of that sum.
create table credit_note (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  billing_entity_id uuid not null,
  customer_id uuid not null,
  invoice_id uuid not null,
  currency currency_code not null,
  purpose text not null check (purpose in ('concession', 'correction')),
  state text not null default 'draft' check (state in ('draft', 'issued')),
  series_year int,
  series_number bigint,
  number text,
  issue_date date,
  total bigint not null check (total > 0),
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, number),
  unique (tenant_id, billing_entity_id, series_year, series_number),
  foreign key (tenant_id, billing_entity_id) references billing_entity (tenant_id, id),
  foreign key (tenant_id, customer_id) references customer (tenant_id, id),
  foreign key (tenant_id, invoice_id) references invoice (tenant_id, id),
  check ((state = 'draft') = (number is null)),
  check ((number is null) = (issue_date is null) and (number is null) = (series_number is null)
    and (number is null) = (series_year is null))
);
create index credit_note_invoice on credit_note (tenant_id, invoice_id);
create index credit_note_customer on credit_note (tenant_id, customer_id, id);
create index credit_note_issued on credit_note (tenant_id, issue_date, id) where state = 'issued';
${protect("credit_note", "select, insert")}
grant update (state, series_year, series_number, number, issue_date) on credit_note to milepost_app;

create function refuse_changed_credit_note() returns trigger language plpgsql as $$
begin
  raise exception 'credit note % is issued and stays as it is', old.number using errcode = 'check_violation';
end $$;
create trigger credit_note_is_final before update on credit_note for each row
  when (old.number is not null) execute function refuse_changed_credit_note();

-- everything that is printed, as it was when it was drafted
create table credit_note_document (
  tenant_id uuid not null references tenant (id),
  credit_note_id uuid not null,
  reason text not null check (reason <> ''),
  -- of the invoice
  tax_point date not null,
  tax_inclusive boolean not null,
  rounding text not null check (rounding in ('half_up', 'half_even')),
  seller jsonb not null,
  buyer jsonb not null,
  terms jsonb not null,
  subtotal bigint not null,
  tax_total bigint not null,
  total bigint not null,
  primary key (tenant_id, credit_note_id),
  foreign key (tenant_id, credit_note_id) references credit_note (tenant_id, id)
);
${protect("credit_note_document", "select, insert")}

-- what is taken of one line of the invoice, with the sign of that line
create table credit_note_line (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  credit_note_id uuid not null,
  position int not null,
  invoice_line_id uuid not null,
  description text not null,
  detail text not null,
  amount bigint not null check (amount <> 0),
  tax_category text,
  tax_percent numeric,
  primary key (tenant_id, id),
  unique (tenant_id, credit_note_id, position),
  unique (tenant_id, credit_note_id, invoice_line_id),
  foreign key (tenant_id, credit_note_id) references credit_note (tenant_id, id),
  foreign key (tenant_id, invoice_line_id) references invoice_line (tenant_id, id)
);
create index credit_note_line_of on credit_note_line (tenant_id, invoice_line_id);
${protect("credit_note_line", "select, insert")}

create table credit_note_tax (
  tenant_id uuid not null references tenant (id),
  credit_note_id uuid not null,
  position int not null,
  category text not null,
  percent numeric not null,
  base bigint not null,
  amount bigint not null,
  primary key (tenant_id, credit_note_id, position),
  foreign key (tenant_id, credit_note_id) references credit_note (tenant_id, id)
);
${protect("credit_note_tax", "select, insert")}

create table credit_note_transition (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  credit_note_id uuid not null,
  from_state text,
  to_state text not null,
  actor text not null,
  reason text not null,
  at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, credit_note_id) references credit_note (tenant_id, id)
);
create index credit_note_transition_of on credit_note_transition (tenant_id, credit_note_id, at);
${protect("credit_note_transition", "select, insert")}

-- each is posted once
alter table ledger_transaction add column credit_note_id uuid;
alter table ledger_transaction add foreign key (tenant_id, credit_note_id) references credit_note (tenant_id, id);
create unique index ledger_transaction_credit_note on ledger_transaction (tenant_id, credit_note_id, kind)
  where credit_note_id is not null;

-- a message may carry a credit note; it still names the invoice that the credit note belongs to
alter table message add column credit_note_id uuid;
alter table message add foreign key (tenant_id, credit_note_id) references credit_note (tenant_id, id);
create index message_credit_note on message (tenant_id, credit_note_id, id) where credit_note_id is not null;
drop index message_on_its_way;
create unique index message_on_its_way on message (tenant_id, invoice_id)
  where state in ('queued', 'sending') and credit_note_id is null;
create unique index message_credit_note_on_its_way on message (tenant_id, credit_note_id)
  where state in ('queued', 'sending') and credit_note_id is not null;
`;
