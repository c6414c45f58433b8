/** Erasure of customers and members: what was asked, until when issued documents are kept, and who is erased. */
import { protect } from "./protect.ts";

/** Frozen: a later change of these tables is a later migration. */
export const statements: string = `
alter table customer add column erased_at timestamptz;

create table privacy_request (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  subject text not null check (subject in ('customer', 'member')),
  customer_id uuid,
  -- no reference: the request outlives the person's account
  user_id uuid,
  state text not null default 'accepted' check (state in ('accepted', 'restricted', 'done')),
  -- the last day on which issued documents must be kept as they are; null where there are none
  restricted_until date,
  requested_by text not null,
  requested_at timestamptz not null,
  finished_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, customer_id) references customer (tenant_id, id),
  check ((subject = 'customer') = (customer_id is not null) and (subject = 'member') = (user_id is not null)),
  check ((state = 'done') = (finished_at is not null)),
  check (state <> 'restricted' or restricted_until is not null)
);
create unique index privacy_request_customer on privacy_request (tenant_id, customer_id) where customer_id is not null;
create index privacy_request_due on privacy_request (tenant_id, restricted_until) where state = 'restricted';
${protect("privacy_request", "select, insert")}

grant delete on session to milepost_system;
`;
