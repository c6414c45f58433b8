/** Bank details of billing entities: proposed by one person, in force once another has approved them. */
import { protect } from "./protect.ts";

/** Frozen: a later change of these tables is a later migration. */
export const statements: string = `
-- what is sealed never changes: another account is another row
create table bank_details (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  billing_entity_id uuid not null,
  state text not null default 'proposed' check (state in ('proposed', 'in_force', 'replaced', 'refused')),
  kind text not null check (kind in ('iban', 'account')),
  -- the last characters of the number, by which people tell one from another
  ending text not null check (ending ~ '^[0-9A-Z]{2,4}$'),
  details_sealed bytea not null,
  proposed_by text not null,
  proposed_at timestamptz not null,
  decided_by text,
  decided_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, billing_entity_id) references billing_entity (tenant_id, id),
  check ((state = 'proposed') = (decided_by is null) and (decided_by is null) = (decided_at is null)),
  constraint bank_details_four_eyes check (state not in ('in_force', 'replaced') or decided_by <> proposed_by)
);
create index bank_details_entity on bank_details (tenant_id, billing_entity_id, proposed_at);
create unique index bank_details_proposed on bank_details (tenant_id, billing_entity_id) where state = 'proposed';
create unique index bank_details_in_force on bank_details (tenant_id, billing_entity_id) where state = 'in_force';
${protect("bank_details", "select, insert")}
grant update (state, decided_by, decided_at) on bank_details to milepost_app;
`;
