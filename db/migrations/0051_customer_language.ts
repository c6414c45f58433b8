/** The language of a customer, in which their documents are written; none means that of the billing entity. */

/** Frozen: a later change of this table is a later migration. */
export const statements: string = `
alter table customer add column language text;
`;
