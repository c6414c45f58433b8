/** Passkeys of people, and the challenges that a browser has been given. They precede any tenant. */

/** Frozen: a later change of these tables is a later migration. */
export const statements: string = `
create table passkey (
  id uuid primary key default uuidv7(),
  user_id uuid not null references "user" (id),
  credential_id text not null unique,
  public_key bytea not null,
  sign_count bigint not null,
  transports text[] not null,
  name text not null check (name <> '' and length(name) <= 60),
  created_at timestamptz not null,
  last_used_at timestamptz
);
create index passkey_user on passkey (user_id);
alter table passkey enable row level security;
alter table passkey force row level security;
create policy passkey_system on passkey to milepost_system using (true) with check (true);
grant select, insert, update, delete on passkey to milepost_system;

create table passkey_challenge (
  -- of the secret in the browser's cookie
  token_hash bytea primary key,
  challenge text not null,
  -- of someone who adds a passkey; anybody may sign in with one
  user_id uuid references "user" (id),
  expires_at timestamptz not null
);
create index passkey_challenge_expiry on passkey_challenge (expires_at);
alter table passkey_challenge enable row level security;
alter table passkey_challenge force row level security;
create policy passkey_challenge_system on passkey_challenge to milepost_system using (true) with check (true);
grant select, insert, delete on passkey_challenge to milepost_system;
`;
