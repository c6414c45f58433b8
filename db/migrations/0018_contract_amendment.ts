/** What was agreed about a contract after it was made: plan changes, pauses, renewals and ends, each from a day on. */
import { protect } from "./protect.ts";

/** Frozen: a later change of this table is a later migration. */
export const statements: string = `
create table contract_amendment (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  contract_id uuid not null,
  -- the order in which they were agreed; the contract is locked meanwhile
  position int not null,
  kind text not null check (kind in ('plan', 'pause', 'resume', 'renewal', 'end')),
  -- the first day on which it holds: of the other plan, of a pause, after it, or after the contract
  effective_date date not null,
  -- the day on which a paused contract runs on, or the new end of a renewed one; open if there is none
  until_date date,
  from_version_id uuid,
  to_version_id uuid,
  -- the contract's end until then, of a renewal and an end
  end_date_before date,
  reason text not null check (reason <> ''),
  actor text not null,
  created_at timestamptz not null,
  xid xid8 not null default pg_current_xact_id(),
  primary key (tenant_id, id),
  unique (tenant_id, contract_id, position),
  foreign key (tenant_id, contract_id) references contract (tenant_id, id),
  foreign key (tenant_id, from_version_id) references rate_plan_version (tenant_id, id),
  foreign key (tenant_id, to_version_id) references rate_plan_version (tenant_id, id),
  check (until_date > effective_date),
  check (kind in ('pause', 'renewal') or until_date is null),
  check (kind in ('renewal', 'end') or end_date_before is null),
  check ((kind = 'plan') = (from_version_id is not null) and (kind = 'plan') = (to_version_id is not null))
);
${protect("contract_amendment", "select, insert")}
`;
