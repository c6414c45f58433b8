/** A form that someone sent without being able to, because the session was over or the proof of who they are too old; it waits, sealed. */

/** Frozen: a later change of this table is a later migration. */
export const statements: string = `
create table held_form (
  id uuid primary key,
  -- of the secret that the browser holds
  token_hash bytea not null,
  user_id uuid not null references "user" (id),
  tenant_id uuid not null references tenant (id),
  -- with the query; it is sent nowhere else
  path text not null check (path like '/%'),
  -- what was sent, and how it is written
  body_sealed bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index held_form_user on held_form (user_id);
create index held_form_tenant on held_form (tenant_id);
create index held_form_expiry on held_form (expires_at);
alter table held_form enable row level security;
alter table held_form force row level security;
create policy held_form_system on held_form to milepost_system using (true) with check (true);
grant select, insert, update, delete on held_form to milepost_system;
`;
