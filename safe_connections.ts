/** What the server sends to its own services must not travel in the open, nor go to whoever pretends to be them. */
import type { Config } from "./lib/core/config.ts";
import { type FieldProblem, milepostError } from "./lib/core/errors.ts";

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\]|::1)$/;

/**
 * Refuses addresses of services on other machines that are not encrypted with the certificate checked. Throws `InvalidSetting` that
 * names each of them. An address may hold a password, so none is shown.
 */
export function requireSafeConnections(config: Config): void {
  const { databaseUrl, databaseSystemUrl, databaseOwnerUrl, databaseReplicaUrls } = config;
  const problems = [
    ...databaseProblems("DATABASE_URL", databaseUrl),
    ...databaseProblems("DATABASE_SYSTEM_URL", databaseSystemUrl),
    ...databaseProblems("DATABASE_OWNER_URL", databaseOwnerUrl),
    ...databaseReplicaUrls.flatMap((url) => databaseProblems("DATABASE_REPLICA_URLS", url)),
    ...webProblems("MILEPOST_VAULT_ADDR", config.vaultAddress),
    ...webProblems("MILEPOST_VIES_URL", config.viesUrl),
    ...webProblems("UPSTASH_REDIS_REST_URL", config.redisUrl),
  ];
  if (problems.length === 0) return;
  const message = problems.map(({ field, rule }) => `${field}: ${rule}`).join("\n");
  throw milepostError("InvalidSetting", { message, fields: problems });
}

function databaseProblems(field: string, address: string | undefined): FieldProblem[] {
  if (address === undefined) return [];
  const { hostname, searchParams } = new URL(address);
  if (loopback.test(hostname) || searchParams.get("sslmode") === "verify-full") return [];
  return [{
    field,
    rule:
      `Add sslmode=verify-full, because ${hostname} is another machine: what goes there is then encrypted, ` +
      "and its certificate is checked.",
    example: "postgres://milepost_app:secret@db.internal:5432/milepost?sslmode=verify-full",
  }];
}

function webProblems(field: string, address: string | undefined): FieldProblem[] {
  if (address === undefined) return [];
  const { hostname, protocol } = new URL(address);
  if (loopback.test(hostname) || protocol === "https:") return [];
  return [{ field, rule: `Use https://, because ${hostname} is another machine.` }];
}
