/** The consent log: texts in their versions, who agreed to which and when, and when it was withdrawn. */
import { protect } from "./protect.ts";

/** Frozen: a later change of these tables is a later migration. */
export const statements: string = `
-- a version never changes: other words are another version
create table consent_text (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  purpose text not null check (purpose <> '' and length(purpose) <= 100),
  version int not null check (version > 0),
  words text not null check (words <> ''),
  written_by text not null,
  written_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, purpose, version)
);
${protect("consent_text", "select, insert")}

create table consent (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  consent_text_id uuid not null,
  customer_id uuid not null,
  -- the person who said yes for the customer
  agreed_by text not null check (agreed_by <> ''),
  agreed_on date not null,
  recorded_by text not null,
  recorded_at timestamptz not null,
  withdrawn_on date,
  withdrawal_recorded_by text,
  primary key (tenant_id, id),
  foreign key (tenant_id, consent_text_id) references consent_text (tenant_id, id),
  foreign key (tenant_id, customer_id) references customer (tenant_id, id),
  check (withdrawn_on >= agreed_on),
  check ((withdrawn_on is null) = (withdrawal_recorded_by is null))
);
create index consent_customer on consent (tenant_id, customer_id, id);
create unique index consent_in_force on consent (tenant_id, customer_id, consent_text_id) where withdrawn_on is null;
${protect("consent", "select, insert")}
grant update (withdrawn_on, withdrawal_recorded_by) on consent to milepost_app;
`;
