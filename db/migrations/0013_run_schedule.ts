/** Invoice runs that are prepared by themselves: when in the month for each billing entity, and how far that has come. */
import { protect } from "./protect.ts";

/** Frozen: a later change of these tables is a later migration. */
export const statements: string = `
create table run_schedule (
  tenant_id uuid not null references tenant (id),
  billing_entity_id uuid not null,
  is_on boolean not null,
  -- of the month after the one that is billed, in the entity's zone; 31 is the last day of a shorter month
  day_of_month smallint not null check (day_of_month between 1 and 31),
  minute_of_day smallint not null check (minute_of_day between 0 and 1439),
  set_by text not null,
  set_at timestamptz not null,
  -- the first day of the month that is prepared next; null while it never was on
  next_month date check (extract(day from next_month) = 1),
  last_month date,
  last_outcome text check (last_outcome in ('prepared', 'run_open', 'run_done', 'nothing_to_bill')),
  last_at timestamptz,
  last_run_id uuid,
  primary key (tenant_id, billing_entity_id),
  foreign key (tenant_id, billing_entity_id) references billing_entity (tenant_id, id),
  foreign key (tenant_id, last_run_id) references invoice_run (tenant_id, id),
  check (not is_on or next_month is not null),
  check ((last_month is null) = (last_outcome is null) and (last_month is null) = (last_at is null)),
  check (coalesce(last_outcome = 'nothing_to_bill', true) = (last_run_id is null))
);
create index run_schedule_pending on run_schedule (next_month) where is_on;
${protect("run_schedule", "select, insert, update")}

-- the due time of the schedule that prepared a run; null for one that a person prepared
alter table invoice_run add column scheduled_for timestamptz;
create unique index invoice_run_scheduled on invoice_run (tenant_id, billing_entity_id, period_start)
  where scheduled_for is not null;
`;
