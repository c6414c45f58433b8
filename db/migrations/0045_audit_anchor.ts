/** Anchors of the audit trail, signed and kept outside of the database, and what came out each time it was verified. */
import { protect } from "./protect.ts";

/** Frozen: a later change of these tables is a later migration. */
export const statements: string = `
-- Ed25519: a key pair for each business, whose private half is sealed
create table audit_anchor_key (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  public_key bytea not null check (octet_length(public_key) = 32),
  private_key_sealed bytea not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, id)
);
${protect("audit_anchor_key", "select, insert")}

create table audit_anchor (
  tenant_id uuid not null references tenant (id),
  sequence bigint not null,
  audit_anchor_key_id uuid not null,
  -- as it stands in the file
  document text not null,
  anchored_at timestamptz not null,
  primary key (tenant_id, sequence),
  foreign key (tenant_id, audit_anchor_key_id) references audit_anchor_key (tenant_id, id)
);
${protect("audit_anchor", "select, insert")}

create table audit_verification (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  -- the audit trail alone, or the books with it
  scope text not null check (scope in ('trail', 'books')),
  ok boolean not null,
  -- how many things were looked at
  looked_at bigint not null,
  breaches jsonb not null,
  verified_by text not null,
  verified_at timestamptz not null,
  primary key (tenant_id, id)
);
create index audit_verification_latest on audit_verification (tenant_id, verified_at desc, id);
${protect("audit_verification", "select, insert")}
`;
