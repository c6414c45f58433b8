/** How often a contract bills, from which day on; and vehicles that came or went in days that were billed. */

/** Frozen: a later change of this table is a later migration. */
export const statements: string = `
alter table contract
  add column cadence text not null default 'monthly' check (cadence in
    ('weekly', 'two_weekly', 'four_weekly', 'monthly', 'quarterly', 'half_yearly', 'yearly')),
  -- a day on which a period begins; a monthly contract has its anchor_day instead
  add column anchor_date date,
  add check ((cadence = 'monthly') = (anchor_date is null));
alter table contract_amendment drop constraint contract_amendment_kind_check,
  add constraint contract_amendment_kind_check check (kind in ('plan', 'pause', 'resume', 'renewal', 'end', 'vehicles'));
`;
