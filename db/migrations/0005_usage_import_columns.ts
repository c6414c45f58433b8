/** Keeps with an import how its columns were named, so that the rows it set aside can be given back as a file. */

/** Frozen: a later change is a later migration. */
export const statements: string = `
-- null for lines of JSON, which name their own fields
alter table usage_import add column columns text[];
`;
