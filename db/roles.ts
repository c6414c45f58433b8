/**
 * The database roles, as SQL that a superuser runs once. The embedded server runs it by itself; for a server of your
 * own, `milepost_owner` migrates (DATABASE_OWNER_URL), `milepost_app` serves (DATABASE_URL), `milepost_system` is the
 * one unscoped door (DATABASE_SYSTEM_URL), and `milepost_search` cannot sign in: it owns the search function.
 */

export const ownerRole = "milepost_owner";
export const appRole = "milepost_app";
export const systemRole = "milepost_system";
export const searchRole = "milepost_search";

export interface RolePasswords {
  owner: string;
  app: string;
  system: string;
}

/** Statements that make the roles or bring them up to date; running them again changes nothing. */
export function roleStatements(passwords: RolePasswords): string[] {
  const plain = "nosuperuser nocreatedb nocreaterole noreplication nobypassrls";
  return [
    ...[ownerRole, appRole, systemRole, searchRole].map(createIfMissing),
    `alter role ${ownerRole} login ${plain} password ${literal(passwords.owner)}`,
    `alter role ${appRole} login ${plain} password ${literal(passwords.app)}`,
    `alter role ${systemRole} login ${plain} password ${literal(passwords.system)}`,
    `alter role ${searchRole} nologin ${plain}`,
    // Migrations hand the search function to its role, and step past row security with `set local role` for a
    // backfill over all tenants. Without inherit, the owner has neither right until it says so.
    `grant ${searchRole} to ${ownerRole} with inherit false, set true`,
    `grant ${systemRole} to ${ownerRole} with inherit false, set true`,
  ];
}

/** Statements for a database that exists and belongs to the owner role: nobody else may connect to it. */
export function databaseStatements(database: string): string[] {
  return [
    `revoke all on database ${identifier(database)} from public`,
    `grant connect on database ${identifier(database)} to ${appRole}, ${systemRole}`,
  ];
}

function createIfMissing(role: string): string {
  return `do $$ begin
    if not exists (select from pg_catalog.pg_roles where rolname = ${
    literal(role)
  }) then create role ${role}; end if;
  end $$`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** `deno run db/roles.ts` prints everything that a server of your own needs, with new passwords: see docs/database.md. */
if (import.meta.main) {
  const password = () => crypto.randomUUID().replaceAll("-", "");
  const passwords = { owner: password(), app: password(), system: password() };
  const database = "milepost";
  const lines = [
    "-- Settings for Milepost; put the address of the server in place of HOST:",
    `-- DATABASE_OWNER_URL=postgres://${ownerRole}:${passwords.owner}@HOST/${database}`,
    `-- DATABASE_URL=postgres://${appRole}:${passwords.app}@HOST/${database}`,
    `-- DATABASE_SYSTEM_URL=postgres://${systemRole}:${passwords.system}@HOST/${database}`,
    ...roleStatements(passwords),
    `create database ${identifier(database)} owner ${ownerRole}`,
    ...databaseStatements(database),
  ];
  const text = lines.map((line) => line.startsWith("--") ? line : `${line};`).join("\n") + "\n";
  await Deno.stdout.write(new TextEncoder().encode(text));
}
