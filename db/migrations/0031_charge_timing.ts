/** Whether a recurring charge is billed after the period that it is for, or before it. */

/** Frozen: a later change of this table is a later migration. */
export const statements: string = `
alter table charge
  add column timing text not null default 'arrears' check (timing in ('arrears', 'advance')),
  add check (kind = 'recurring' or timing = 'arrears');
`;
