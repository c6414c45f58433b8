/** Sign-in in two steps: the seed of an authenticator app, recovery codes, and who has done the first step. They precede any tenant. */

/** Frozen: a later change of these tables is a later migration. */
export const statements: string = `
create table totp_factor (
  user_id uuid primary key references "user" (id),
  seed_sealed bytea not null,
  created_at timestamptz not null,
  -- its first code proved that the app has it; until then nobody is asked for one
  confirmed_at timestamptz,
  -- the 30 seconds, counted from 1970, of the last code that was taken: none of them or before is taken again
  last_step bigint not null default 0
);
alter table totp_factor enable row level security;
alter table totp_factor force row level security;
create policy totp_factor_system on totp_factor to milepost_system using (true) with check (true);
grant select, insert, update, delete on totp_factor to milepost_system;

create table recovery_code (
  user_id uuid not null references "user" (id),
  code_hash bytea not null,
  used_at timestamptz,
  primary key (user_id, code_hash)
);
alter table recovery_code enable row level security;
alter table recovery_code force row level security;
create policy recovery_code_system on recovery_code to milepost_system using (true) with check (true);
grant select, insert, update, delete on recovery_code to milepost_system;

create table sign_in_step (
  token_hash bytea primary key,
  user_id uuid not null references "user" (id),
  -- the one way in which this browser has proved who it is so far
  method text not null check (method in ('password', 'link')),
  expires_at timestamptz not null
);
create index sign_in_step_expiry on sign_in_step (expires_at);
create index sign_in_step_user on sign_in_step (user_id);
alter table sign_in_step enable row level security;
alter table sign_in_step force row level security;
create policy sign_in_step_system on sign_in_step to milepost_system using (true) with check (true);
grant select, insert, delete on sign_in_step to milepost_system;
`;
