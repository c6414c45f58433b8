/** Invoices of lines that people wrote, which bill no contract and no period: they have neither, and one of a contract has both. */

/** Frozen: a later change of these columns is a later migration. */
export const statements: string = `
alter table invoice alter column contract_id drop not null, alter column period_start drop not null,
  alter column period_end drop not null;
alter table invoice add constraint invoice_contract_and_period
  check (num_nulls(contract_id, period_start, period_end) in (0, 3));
-- a line that a person wrote
alter table invoice_line drop constraint invoice_line_kind_check,
  add constraint invoice_line_kind_check check (kind in ('charge', 'true_up', 'discount', 'item'));
-- what corrects earlier periods corrects them under their contract
alter table invoice add constraint invoice_corrections_of_contract check (contract_id is not null or not only_corrections);
`;
