/** Manual invoices while people write them: the lines as they were typed, which become an invoice and then stay its facts. */
import { protect } from "./protect.ts";

/** Frozen: a later change of these tables is a later migration. */
export const statements: string = `
create table manual_invoice (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  billing_entity_id uuid not null,
  customer_id uuid not null,
  state text not null default 'draft' check (state in ('draft', 'approved', 'issued', 'discarded')),
  -- counts the changes, so that one that did not see the last is refused
  version int not null default 1,
  currency currency_code not null,
  -- as typed, checked when it is approved or issued
  supply_date text not null,
  payment_terms_days text not null,
  tax_inclusive boolean not null default false,
  buyer_reference text not null default '',
  purchase_order text not null default '',
  note text not null default '',
  created_by text not null,
  created_at timestamptz not null default now(),
  changed_by text not null,
  changed_at timestamptz not null,
  approved_by text,
  -- what it became
  invoice_id uuid,
  primary key (tenant_id, id),
  unique (tenant_id, invoice_id),
  foreign key (tenant_id, billing_entity_id) references billing_entity (tenant_id, id),
  foreign key (tenant_id, customer_id) references customer (tenant_id, id),
  foreign key (tenant_id, invoice_id) references invoice (tenant_id, id),
  check ((state = 'issued') = (invoice_id is not null)),
  check (state not in ('approved', 'issued') or approved_by is not null)
);
create index manual_invoice_open on manual_invoice (tenant_id, id) where state in ('draft', 'approved');
${protect("manual_invoice", "select, insert")}
grant update (state, version, supply_date, payment_terms_days, tax_inclusive, buyer_reference, purchase_order, note,
  changed_by, changed_at, approved_by, invoice_id) on manual_invoice to milepost_app;

create table manual_invoice_line (
  tenant_id uuid not null references tenant (id),
  manual_invoice_id uuid not null,
  position int not null check (position > 0),
  description text not null,
  about text not null,
  quantity text not null,
  unit text not null,
  unit_price text not null,
  discount_percent text not null,
  -- "S 20", or nothing
  tax text not null,
  primary key (tenant_id, manual_invoice_id, position),
  foreign key (tenant_id, manual_invoice_id) references manual_invoice (tenant_id, id)
);
${protect("manual_invoice_line", "select, insert, delete")}

-- what was issued stays what it was issued from
create function refuse_change_of_issued_lines() returns trigger language plpgsql as $$
begin
  if exists (select from manual_invoice i where i.tenant_id = coalesce(new.tenant_id, old.tenant_id)
      and i.id = coalesce(new.manual_invoice_id, old.manual_invoice_id) and i.state in ('issued', 'discarded')) then
    raise exception 'the lines of a manual invoice that is issued or discarded stay' using errcode = 'check_violation';
  end if;
  return coalesce(new, old);
end $$;
create trigger manual_invoice_line_is_final before insert or update or delete on manual_invoice_line
  for each row execute function refuse_change_of_issued_lines();
create function refuse_change_of_issued_manual() returns trigger language plpgsql as $$
begin
  raise exception 'manual invoice % is %: it stays', old.id, old.state using errcode = 'check_violation';
end $$;
create trigger manual_invoice_is_final before update on manual_invoice for each row
  when (old.state in ('issued', 'discarded')) execute function refuse_change_of_issued_manual();
`;
