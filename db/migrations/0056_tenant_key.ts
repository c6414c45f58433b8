/** A data key for each tenant, under which personal values are encrypted: first the e-mail and postal address of customers. */
import { protect } from "./protect.ts";

/** Frozen: a later change of these tables is a later migration. */
export const statements: string = `
create table tenant_key (
  tenant_id uuid not null references tenant (id),
  -- 32 bytes, sealed by the key ring
  key_sealed bytea not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id)
);
${protect("tenant_key", "select, insert")}

-- JSON of email and address lines, under the tenant's key; the columns in clear stay empty beside it
alter table customer add column contact_encrypted bytea;
-- whether the encrypted e-mail is one address and nothing else, so that a message can go there
alter table customer add column has_plain_email boolean not null default false;
alter table customer add check (contact_encrypted is null or (email is null and address_lines = '{}'));
-- what an earlier version left in clear and a job has yet to encrypt
create index customer_in_clear on customer (tenant_id, id)
  where contact_encrypted is null and (email is not null or address_lines <> '{}');
`;
