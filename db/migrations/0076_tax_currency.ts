/** The tax of documents in the tax currency of their seller, with the exchange rates of the tax point that it was converted by. */
import { protect } from "./protect.ts";

/** Frozen: a later change of these tables is a later migration. */
export const statements: string = `
-- EN 16931: BT-6 and BT-111
create table invoice_tax_currency (
  tenant_id uuid not null references tenant (id),
  invoice_id uuid not null,
  currency currency_code not null,
  tax_amount bigint not null,
  primary key (tenant_id, invoice_id),
  foreign key (tenant_id, invoice_id) references invoice (tenant_id, id)
);
${protect("invoice_tax_currency", "select, insert")}

-- the tax of its own lines, then that of lines which correct an earlier invoice, by the rates of that one
create table invoice_tax_currency_part (
  tenant_id uuid not null references tenant (id),
  invoice_id uuid not null,
  position int not null check (position > 0),
  -- minor units of the invoice
  tax_amount bigint not null,
  day date not null,
  first_rate_id uuid not null,
  -- across a third currency
  second_rate_id uuid,
  primary key (tenant_id, invoice_id, position),
  foreign key (tenant_id, invoice_id) references invoice_tax_currency (tenant_id, invoice_id),
  foreign key (tenant_id, first_rate_id) references exchange_rate (tenant_id, id),
  foreign key (tenant_id, second_rate_id) references exchange_rate (tenant_id, id)
);
${protect("invoice_tax_currency_part", "select, insert")}

-- by the rates of its invoice
create table credit_note_tax_currency (
  tenant_id uuid not null references tenant (id),
  credit_note_id uuid not null,
  currency currency_code not null,
  tax_amount bigint not null,
  primary key (tenant_id, credit_note_id),
  foreign key (tenant_id, credit_note_id) references credit_note (tenant_id, id)
);
${protect("credit_note_tax_currency", "select, insert")}
`;
