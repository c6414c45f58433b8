/** The seals of the audit trail: each binds an event to all that was sealed before it. Nobody who serves can change or remove one. */
import { protect } from "./protect.ts";

/** Frozen: a later change of these tables is a later migration. */
export const statements: string = `
create table audit_seal (
  tenant_id uuid not null references tenant (id),
  sequence bigint not null check (sequence > 0),
  audit_event_id uuid not null,
  -- with the event's id the place up to which the trail is sealed, whatever becomes of the event
  xid xid8 not null,
  hash bytea not null check (octet_length(hash) = 32),
  sealed_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, sequence),
  unique (tenant_id, audit_event_id),
  foreign key (tenant_id, audit_event_id) references audit_event (tenant_id, id)
);
${protect("audit_seal", "select")}
revoke update, delete on audit_seal, audit_event from milepost_system;
`;
