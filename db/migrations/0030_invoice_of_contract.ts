/** The invoices of a contract by period, whatever their state: what bills a period is no longer told by the state alone. */

/** Frozen: a later change of this index is a later migration. */
export const statements: string = `
create index invoice_contract on invoice (tenant_id, contract_id, period_start);
`;
