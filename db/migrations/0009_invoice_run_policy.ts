/** Whether whoever prepared an invoice run may approve it too: the latest row of a tenant holds, none means no. */
import { protect } from "./protect.ts";

/** Frozen: a later change of this table is a later migration. */
export const statements: string = `
create table invoice_run_policy (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  allows_own_approval boolean not null,
  set_by text not null,
  set_at timestamptz not null,
  primary key (tenant_id, id)
);
${protect("invoice_run_policy", "select, insert")}
`;
