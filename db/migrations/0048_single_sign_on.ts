/** Sign-in by a company's own identity provider (OpenID Connect): its settings, who is who there, and sign-ins that are under way. */
import { protect } from "./protect.ts";

/** Frozen: a later change of these tables is a later migration. */
export const statements: string = `
create table identity_provider (
  tenant_id uuid not null references tenant (id),
  -- what people type to find it, and since when it is this business's
  address text not null check (address ~ '^[a-z0-9](-?[a-z0-9])*$' and length(address) between 3 and 40),
  address_since timestamptz not null,
  issuer text not null,
  client_id text not null,
  client_secret_sealed bytea not null,
  domains text[] not null check (cardinality(domains) > 0),
  newcomer_role text check (newcomer_role in ('biller', 'approver', 'viewer')),
  updated_by text not null,
  updated_at timestamptz not null,
  primary key (tenant_id)
);
create index identity_provider_address on identity_provider (address, address_since);
${protect("identity_provider", "select, insert, update, delete")}

create table external_identity (
  tenant_id uuid not null references tenant (id),
  issuer text not null,
  subject text not null,
  user_id uuid not null references "user" (id),
  created_at timestamptz not null,
  primary key (tenant_id, issuer, subject)
);
create index external_identity_user on external_identity (user_id);
${protect("external_identity", "select, insert")}

-- between leaving for the provider and coming back; used once
create table external_sign_in (
  state_hash bytea primary key,
  browser_hash bytea not null,
  tenant_id uuid not null references tenant (id),
  issuer text not null,
  next text not null,
  expires_at timestamptz not null
);
create index external_sign_in_expires on external_sign_in (expires_at);
alter table external_sign_in enable row level security;
alter table external_sign_in force row level security;
create policy external_sign_in_system on external_sign_in to milepost_system using (true) with check (true);
grant select, insert, delete on external_sign_in to milepost_system;

-- a session that a tenant's provider vouched for is good in that tenant alone
alter table session add column only_tenant_id uuid references tenant (id);
`;
