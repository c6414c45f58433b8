/** Months of an entity's books are closed one after the other; into a closed one nothing is posted. */
import { protect } from "./protect.ts";

/** Frozen: a later change of these tables is a later migration. */
export const statements: string = `
-- what was done to a month; the last row of the last month says how far the books are closed
create table accounting_period_change (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  billing_entity_id uuid not null,
  -- the first day of the month
  month date not null check (extract(day from month) = 1),
  kind text not null check (kind in ('closed', 'reopened')),
  reason text not null,
  actor text not null,
  at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, billing_entity_id) references billing_entity (tenant_id, id),
  check (kind = 'closed' or reason <> '')
);
create index accounting_period_change_month on accounting_period_change (tenant_id, billing_entity_id, month, id);
${protect("accounting_period_change", "select, insert")}

-- the last day that is closed
create table accounting_lock (
  tenant_id uuid not null references tenant (id),
  billing_entity_id uuid not null,
  closed_through date not null,
  primary key (tenant_id, billing_entity_id),
  foreign key (tenant_id, billing_entity_id) references billing_entity (tenant_id, id)
);
${protect("accounting_lock", "select, insert")}
grant update (closed_through) on accounting_lock to milepost_app;

-- whoever posts holds the lock of the books together with others, whoever closes holds it alone
create function accounting_lock_key(tenant uuid, entity uuid) returns bigint language sql immutable
  return hashtextextended(tenant::text || entity::text, 60);

create function refuse_closed_period() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(accounting_lock_key(new.tenant_id, new.billing_entity_id));
  if exists (
    select 1 from accounting_lock
    where tenant_id = new.tenant_id and billing_entity_id = new.billing_entity_id
      and closed_through >= new.posted_on
  ) then
    raise exception 'the books of % are closed', to_char(new.posted_on, 'YYYY-MM') using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger ledger_transaction_in_open_period before insert on ledger_transaction
  for each row execute function refuse_closed_period();
`;
