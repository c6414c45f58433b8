/** Coupons that a tenant gives out, and discounts of a customer, which count for all of its contracts. */
import { protect } from "./protect.ts";

/** Frozen: a later change of this table is a later migration. */
export const statements: string = `
create table coupon (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  -- in capitals, as people type it
  code text not null check (code <> '' and code = upper(code)),
  -- as the invoice names the discount
  name text not null check (name <> ''),
  percent numeric check (percent > 0 and percent <= 100),
  amount numeric check (amount > 0),
  -- of the amount
  currency text,
  -- for how many billing periods it counts, or null for all
  periods int check (periods > 0),
  -- the first day on which it can no longer be redeemed
  end_date date,
  redemptions_most int check (redemptions_most > 0),
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, code),
  check ((percent is null) <> (amount is null) and (amount is null) = (currency is null))
);
${protect("coupon", "select, insert, update (end_date)")}

alter table contract_term
  alter column contract_id drop not null,
  add column customer_id uuid,
  add column currency text,
  add column coupon_id uuid,
  add foreign key (tenant_id, customer_id) references customer (tenant_id, id),
  add foreign key (tenant_id, coupon_id) references coupon (tenant_id, id),
  add check ((contract_id is null) <> (customer_id is null)),
  add check (customer_id is null or kind = 'discount' and charges is null and (amount is null) = (currency is null)),
  add check (coupon_id is null or kind = 'discount');
create index contract_term_customer on contract_term (tenant_id, customer_id) where customer_id is not null;
create index contract_term_coupon on contract_term (tenant_id, coupon_id) where coupon_id is not null;
`;
