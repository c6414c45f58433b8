/** Mappings that people make by hand, and files that wait until someone has said what their columns are. */
import { protect } from "./protect.ts";

/** Frozen: a later change of these tables is a later migration. */
export const statements: string = `
-- what a mapping says never changes: a change is another row, so that an import keeps the one that it was read by
create table usage_mapping (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  -- null for a mapping that was made for one file alone
  name text,
  terms jsonb not null,
  -- of the file that it was made with, to choose from when it is changed
  columns text[] not null,
  created_by text not null,
  created_at timestamptz not null,
  -- since when it is no longer offered: removed, or replaced by another row
  retired_at timestamptz,
  primary key (tenant_id, id)
);
create unique index usage_mapping_name on usage_mapping (tenant_id, lower(name)) where retired_at is null;
${protect("usage_mapping", "select, insert, update (retired_at)")}

alter table usage_import add column usage_mapping_id uuid;
alter table usage_import add constraint usage_import_mapping
  foreign key (tenant_id, usage_mapping_id) references usage_mapping (tenant_id, id);
-- a file that waits for its mapping has begun nothing and ended nothing
alter table usage_import drop constraint usage_import_state_check;
alter table usage_import add constraint usage_import_state_check
  check (state in ('waiting', 'running', 'done', 'failed'));
alter table usage_import drop constraint usage_import_check;
alter table usage_import add constraint usage_import_check
  check ((state in ('waiting', 'running')) = (finished_at is null));
create index usage_import_waiting on usage_import (tenant_id, started_at) where state = 'waiting';
`;
