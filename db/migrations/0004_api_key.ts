/** Keys by which programs of a tenant come in: only their hash is kept, and what they may do is listed with them. */
import { protect } from "./protect.ts";

/** Frozen: a later change of this table is a later migration. */
export const statements: string = `
create table api_key (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  name text not null check (name <> ''),
  secret_hash bytea not null,
  -- the last characters of the secret, by which people tell keys apart
  hint text not null,
  capabilities text[] not null check (cardinality(capabilities) > 0),
  created_by text not null,
  created_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, secret_hash)
);
${protect("api_key", "select, insert")}
grant update (last_used_at, revoked_at) on api_key to milepost_app;
`;
