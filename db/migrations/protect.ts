/** The statements that put a table of tenants behind row security. Frozen, as the migrations that use it are. */

/** Row security for a table with a `tenant_id`; the app role sees only the tenant of its transaction, the system role sees all. */
export function protect(table: string, appGrants: string): string {
  const own = `tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid`;
  return `
    alter table ${table} enable row level security;
    alter table ${table} force row level security;
    create policy ${table}_tenant on ${table} to milepost_app using (${own}) with check (${own});
    create policy ${table}_system on ${table} to milepost_system using (true) with check (true);
    grant ${appGrants} on ${table} to milepost_app;
    grant select, insert, update, delete on ${table} to milepost_system;`;
}
