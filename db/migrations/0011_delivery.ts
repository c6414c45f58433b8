/** How an invoice gets to its customer, whether a run sends its invoices, and what became of each of them. */

/** Frozen: a later change of these tables is a later migration. */
export const statements: string = `
alter table customer add column invoice_delivery text not null default 'email'
  check (invoice_delivery in ('email', 'by_hand'));

-- whoever prepared the runs that are there was not asked, so they send nothing
alter table invoice_run add column sends_invoices boolean not null default false;
grant update (sends_invoices) on invoice_run to milepost_app;

-- null until the delivery of the run came to the item; by_person: someone had sent the invoice before
alter table invoice_run_item add column delivery text
  check (delivery in ('email', 'by_hand', 'no_address', 'by_person', 'withdrawn'));
grant update (delivery) on invoice_run_item to milepost_app;
`;
