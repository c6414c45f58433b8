/** Roles that a tenant makes for itself, who has them, and people who are invited and have not come yet. */
import { protect } from "./protect.ts";

/** Frozen: a later change of these tables is a later migration. */
export const statements: string = `
create table custom_role (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  -- no comma, because the command line parts roles by it
  name text not null check (name = btrim(name) and name <> '' and length(name) <= 40 and name !~ ','
    and lower(name) <> all (array['admin', 'biller', 'approver', 'viewer'])),
  description text not null check (length(description) <= 300),
  capabilities text[] not null check (cardinality(capabilities) > 0),
  -- [{"capability", "currency", "most"}], most in minor units as text; a capability that is not there has no limit
  limits jsonb not null check (jsonb_typeof(limits) = 'array'),
  created_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
create unique index custom_role_name on custom_role (tenant_id, lower(name));
${protect("custom_role", "select, insert, delete")}
grant update (name, description, capabilities, limits) on custom_role to milepost_app;

-- membership.roles keeps the built-in ones, and may be empty for whoever has only roles of the tenant's own
alter table membership drop constraint membership_roles_check;
alter table membership add check (roles <@ array['admin', 'biller', 'approver', 'viewer']);

-- the reference refuses to delete a role that someone has
create table membership_role (
  tenant_id uuid not null,
  user_id uuid not null,
  custom_role_id uuid not null,
  primary key (tenant_id, user_id, custom_role_id),
  foreign key (tenant_id, user_id) references membership (tenant_id, user_id) on delete cascade,
  foreign key (tenant_id, custom_role_id) references custom_role (tenant_id, id)
);
create index membership_role_role on membership_role (tenant_id, custom_role_id);
${protect("membership_role", "select, insert, delete")}

create table invitation (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  email text not null check (email = lower(email) and email like '%_@_%'),
  roles text[] not null check (roles <@ array['admin', 'biller', 'approver', 'viewer']),
  token_hash bytea not null,
  -- as audit rows name people
  invited_by text not null,
  invited_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, email),
  unique (tenant_id, token_hash)
);
${protect("invitation", "select, insert, delete")}
grant update (token_hash, invited_by, invited_at, expires_at) on invitation to milepost_app;

create table invitation_role (
  tenant_id uuid not null,
  invitation_id uuid not null,
  custom_role_id uuid not null,
  primary key (tenant_id, invitation_id, custom_role_id),
  foreign key (tenant_id, invitation_id) references invitation (tenant_id, id) on delete cascade,
  foreign key (tenant_id, custom_role_id) references custom_role (tenant_id, id)
);
create index invitation_role_role on invitation_role (tenant_id, custom_role_id);
${protect("invitation_role", "select, insert, delete")}
`;
