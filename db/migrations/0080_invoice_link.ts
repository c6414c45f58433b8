/** The link by which a customer opens an invoice without an account: the key that signs a business's links, and what became of one link. */
import { protect } from "./protect.ts";

/** Frozen: a later change of these tables is a later migration. */
export const statements: string = `
-- links are worked out from it, so none is stored; it never changes
create table invoice_link_key (
  tenant_id uuid not null references tenant (id),
  key_sealed bytea not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id)
);
${protect("invoice_link_key", "select, insert")}

-- no row: the first link of an invoice, which works and was not opened yet
create table invoice_link (
  tenant_id uuid not null references tenant (id),
  invoice_id uuid not null,
  -- each renewal is another link
  generation integer not null default 1 check (generation >= 1),
  ended_at timestamptz,
  -- by whoever has a link, for the first time
  opened_at timestamptz,
  primary key (tenant_id, invoice_id),
  foreign key (tenant_id, invoice_id) references invoice (tenant_id, id)
);
${protect("invoice_link", "select, insert")}
grant update (generation, ended_at, opened_at) on invoice_link to milepost_app;
`;
