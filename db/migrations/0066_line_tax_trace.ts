/** How the tax of a line was decided, in plain words beside the working of its amount. */

/** Frozen: a later change of this table is a later migration. */
export const statements: string = `
alter table invoice_line_tax add column trace jsonb not null default '[]';
`;
