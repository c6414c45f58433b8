/** Keeps with a payment what no invoice took of it, so that the payments with credit left are found without summing all of them. */

/** Frozen: a later change is a later migration. */
export const statements: string = `
alter table payment add column credit bigint;
set local role milepost_system;
update payment set credit = case when state = 'reversed' then 0 else amount - coalesce((
  select sum(allocation.amount) from payment_allocation as allocation
  where allocation.tenant_id = payment.tenant_id and allocation.payment_id = payment.id), 0) end;
reset role;
alter table payment alter column credit set not null;
alter table payment add constraint payment_credit_check
  check (credit between 0 and amount and (state = 'received' or credit = 0));
create index payment_credit on payment (tenant_id, id) where credit > 0;
grant update (credit) on payment to milepost_app;
`;
