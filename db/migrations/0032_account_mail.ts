/** Mail to people about their account, links that are mailed, and what counts as a try. They precede any tenant. */

/** Frozen: a later change of these tables is a later migration. */
export const statements: string = `
create table account_mail (
  id uuid primary key default uuidv7(),
  recipient text not null check (recipient <> ''),
  kind text not null check (kind <> ''),
  -- where browsers reach this installation: for a mail whose link is made when it leaves
  origin text,
  -- the words of any other mail, sealed; forgotten once the mail is settled
  letter_sealed bytea,
  state text not null default 'queued'
    check (state in ('queued', 'sending', 'sent', 'failed', 'uncertain', 'nobody')),
  attempts integer not null default 0,
  -- of a queued mail, when it is tried; of one that is being sent, when its sender is given up
  due_at timestamptz not null,
  failure text,
  created_at timestamptz not null,
  check (origin is not null or letter_sealed is not null or state not in ('queued', 'sending')),
  check (letter_sealed is null or state in ('queued', 'sending'))
);
create index account_mail_due on account_mail (due_at) where state in ('queued', 'sending');
create index account_mail_created on account_mail (created_at);
alter table account_mail enable row level security;
alter table account_mail force row level security;
create policy account_mail_system on account_mail to milepost_system using (true) with check (true);
grant select, insert, update, delete on account_mail to milepost_system;

alter table sign_in_link add column purpose text not null default 'invitation'
  check (purpose in ('invitation', 'reset', 'sign_in'));
create index sign_in_link_expiry on sign_in_link (expires_at);
grant delete on sign_in_link to milepost_system;

alter table sign_in_attempt add column kind text not null default 'password'
  check (kind in ('password', 'code', 'mail', 'link', 'passkey'));
`;
