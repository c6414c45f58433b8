/** Says of a session when and how its person last proved who they are, and names it, so that it can be listed and ended. */

/** Frozen: a later change of this table is a later migration. */
export const statements: string = `
alter table session
  add column id uuid not null default uuidv7(),
  add column authenticated_at timestamptz not null default clock_timestamp(),
  add column methods text[] not null default '{password}'
    check (methods <@ array['password', 'passkey', 'totp', 'link', 'oidc'] and cardinality(methods) > 0),
  add column address text not null default '',
  add unique (id);
-- for a session that is open by now, the proof is as old as the session
set local role milepost_system;
update session set authenticated_at = created_at;
reset role;
`;
