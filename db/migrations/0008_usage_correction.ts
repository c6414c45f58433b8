/** Which usage no longer counts, and which event says so: nothing of an event itself is ever changed. */
import { protect } from "./protect.ts";

/** Frozen: a later change of this table is a later migration. */
export const statements: string = `
create table usage_correction (
  tenant_id uuid not null references tenant (id),
  source text not null,
  -- the event that no longer counts, once
  event_id text not null,
  -- the void, or the event that takes its place
  correction_id text not null,
  xid xid8 not null default pg_current_xact_id(),
  primary key (tenant_id, source, event_id),
  foreign key (tenant_id, source, event_id) references usage_event (tenant_id, source, event_id),
  foreign key (tenant_id, source, correction_id) references usage_event (tenant_id, source, event_id),
  check (event_id <> correction_id)
);
${protect("usage_correction", "select, insert")}
`;
