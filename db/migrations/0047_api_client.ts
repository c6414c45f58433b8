/** Programs that come in by OAuth 2, and the keys that sign what they get: an access token for some minutes. */
import { protect } from "./protect.ts";

/** Frozen: a later change of these tables is a later migration. */
export const statements: string = `
create table api_client (
  tenant_id uuid not null references tenant (id),
  id uuid not null,
  name text not null check (name <> ''),
  secret_hash bytea not null,
  -- the last characters of the secret, by which people tell secrets apart
  hint text not null,
  capabilities text[] not null check (cardinality(capabilities) > 0),
  created_by text not null,
  created_at timestamptz not null,
  last_used_at timestamptz,
  ended_at timestamptz,
  primary key (tenant_id, id)
);
${protect("api_client", "select, insert")}
grant update (capabilities, last_used_at, ended_at) on api_client to milepost_app;

-- of the whole installation: one issuer signs for all tenants, and each token names its own
create table signing_key (
  id uuid primary key,
  algorithm text not null,
  public_jwk jsonb not null,
  private_jwk_sealed bytea not null,
  created_at timestamptz not null,
  signs_from timestamptz not null,
  signs_until timestamptz not null check (signs_until > signs_from)
);
alter table signing_key enable row level security;
alter table signing_key force row level security;
create policy signing_key_system on signing_key to milepost_system using (true) with check (true);
grant select, insert, update, delete on signing_key to milepost_system;
`;
