/** Tax registrations of billing entities with their days, and those that an invoice prints. */
import { protect } from "./protect.ts";

/** Frozen: a later change of these tables is a later migration. */
export const statements: string = `
create table tax_registration (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  billing_entity_id uuid not null,
  country char(2) not null,
  kind text not null check (kind in ('vat', 'gst', 'consumption_tax', 'sales_tax', 'other')),
  number text not null check (number <> ''),
  from_date date not null,
  -- the first day without it; the same as from_date for one that never held
  to_date date,
  primary key (tenant_id, id),
  foreign key (tenant_id, billing_entity_id) references billing_entity (tenant_id, id),
  check (to_date >= from_date)
);
create index tax_registration_entity on tax_registration (tenant_id, billing_entity_id, from_date);
create unique index tax_registration_open on tax_registration (tenant_id, billing_entity_id, country, kind)
  where to_date is null;
${protect("tax_registration", "select, insert")}
grant update (to_date) on tax_registration to milepost_app;

-- chosen when the invoice is issued, and kept as they were then
create table invoice_tax_registration (
  tenant_id uuid not null references tenant (id),
  invoice_id uuid not null,
  position smallint not null,
  country char(2) not null,
  kind text not null check (kind in ('vat', 'gst', 'consumption_tax', 'sales_tax', 'other')),
  number text not null,
  primary key (tenant_id, invoice_id, position),
  foreign key (tenant_id, invoice_id) references invoice (tenant_id, id)
);
${protect("invoice_tax_registration", "select, insert")}

set local role milepost_system;
insert into tax_registration (tenant_id, billing_entity_id, country, kind, number, from_date)
  select entity.tenant_id, entity.id, entity.country,
    case when country in ('AU', 'CA', 'IN', 'NZ', 'SG') then 'gst' when country = 'JP' then 'consumption_tax'
      when country = 'US' then 'sales_tax' else 'vat' end,
    entity.tax_registration,
    least(entity.created_at::date, (select min(invoice.issue_date) from invoice
      where invoice.tenant_id = entity.tenant_id and invoice.billing_entity_id = entity.id))
  from billing_entity entity where entity.tax_registration <> '';
insert into invoice_tax_registration (tenant_id, invoice_id, position, country, kind, number)
  select invoice.tenant_id, invoice.id, 1, seller.country,
    case when country in ('AU', 'CA', 'IN', 'NZ', 'SG') then 'gst' when country = 'JP' then 'consumption_tax'
      when country = 'US' then 'sales_tax' else 'vat' end,
    seller.number
  from invoice join invoice_document document
    on document.tenant_id = invoice.tenant_id and document.invoice_id = invoice.id,
    lateral (select document.seller ->> 'country' as country, document.seller ->> 'taxRegistration' as number) seller
  where invoice.number is not null and seller.number <> '';
reset role;
`;
