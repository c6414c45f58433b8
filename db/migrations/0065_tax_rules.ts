/** Tax by rules: what a charge supplies, what is known of customer, place and rates, and what was decided for a line. */
import { protect } from "./protect.ts";

/** Frozen: a later change of these tables is a later migration. */
export const statements: string = `
-- instead of a fixed category and rate: what is supplied, of which the rules make them
alter table charge add column tax_supply text
  check (tax_supply in ('vehicle_hire', 'service', 'goods', 'disbursement'));
alter table charge add constraint charge_tax_once
  check (tax_supply is null or (tax_category is null and tax_percent is null));

-- none means a private person of the customer's country, without a number
create table customer_tax (
  tenant_id uuid not null references tenant (id),
  customer_id uuid not null,
  is_business boolean not null,
  -- in one spelling, with the letters of its country; its check digits are right
  vat_id text,
  vat_id_country char(2),
  changed_at timestamptz not null default now(),
  primary key (tenant_id, customer_id),
  foreign key (tenant_id, customer_id) references customer (tenant_id, id),
  check ((vat_id is null) = (vat_id_country is null)),
  check (is_business or vat_id is null)
);
${protect("customer_tax", "select, insert")}
grant update (is_business, vat_id, vat_id_country, changed_at) on customer_tax to milepost_app;

-- what a tax office said of a number; unknown where it did not answer
create table vat_check (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  customer_id uuid not null,
  vat_id text not null,
  status text not null check (status in ('valid', 'invalid', 'unknown')),
  checked_at timestamptz not null,
  -- what proves the question, where the office gives it
  consultation_number text,
  primary key (tenant_id, id),
  foreign key (tenant_id, customer_id) references customer (tenant_id, id)
);
create index vat_check_customer on vat_check (tenant_id, customer_id, id desc);
${protect("vat_check", "select, insert")}

create table exemption_certificate (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  customer_id uuid not null,
  country char(2) not null,
  number text not null check (number <> ''),
  -- of the code list VATEX
  reason_code text not null check (reason_code <> ''),
  reason text not null check (reason <> ''),
  from_date date not null,
  -- the first day without it; the same as from_date for one that never held
  to_date date,
  primary key (tenant_id, id),
  foreign key (tenant_id, customer_id) references customer (tenant_id, id),
  check (to_date >= from_date)
);
create index exemption_certificate_customer on exemption_certificate (tenant_id, customer_id, from_date);
${protect("exemption_certificate", "select, insert")}
grant update (to_date) on exemption_certificate to milepost_app;

-- where the vehicles of a contract are handed over, from a day on; of the same day the last one holds
create table tax_place (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  contract_id uuid not null,
  from_date date not null,
  country char(2) not null,
  region text check (region <> ''),
  primary key (tenant_id, id),
  foreign key (tenant_id, contract_id) references contract (tenant_id, id)
);
create index tax_place_contract on tax_place (tenant_id, contract_id, from_date, id);
${protect("tax_place", "select, insert")}

-- a business' own standard rates: only added, and taken out while their first day is still to come
create table tax_rate (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  country char(2) not null,
  -- a part of the country, such as TX/Harris; none for the whole
  region text check (region <> ''),
  from_date date not null,
  percent numeric not null check (percent between 0 and 100),
  primary key (tenant_id, id),
  unique nulls not distinct (tenant_id, country, region, from_date)
);
${protect("tax_rate", "select, insert, delete")}

-- what the rules decided for a line; a line with a fixed rate has no row
create table invoice_line_tax (
  tenant_id uuid not null references tenant (id),
  invoice_line_id uuid not null,
  -- null where it is the day of the invoice
  tax_point date,
  -- where it is taxed; null for what is outside the seller's tax
  country char(2),
  -- of the code list VATEX
  reason_code text,
  reason text,
  primary key (tenant_id, invoice_line_id),
  foreign key (tenant_id, invoice_line_id) references invoice_line (tenant_id, id)
);
${protect("invoice_line_tax", "select, insert")}

-- what the rules decided by, where they did
alter table invoice_document add column tax_facts jsonb;
alter table rederivation add column tax_facts jsonb;

alter table tax_registration drop constraint tax_registration_kind_check,
  add constraint tax_registration_kind_check
    check (kind in ('vat', 'oss', 'gst', 'consumption_tax', 'sales_tax', 'other'));
`;
