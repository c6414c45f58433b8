/** Finds the contracts on a version of a plan: for the plan's page, and for the foreign key. */

/** Frozen: a later change of this index is a later migration. */
export const statements: string = `
create index contract_plan_version on contract (tenant_id, rate_plan_version_id);
`;
