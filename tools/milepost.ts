/** The command line: results to standard output as JSON, everything else to standard error; exit 0 done, 1 refused, 2 wrong usage. */
import { userInfo } from "node:os";
import { resolve } from "node:path";
import { sealAuditTrails } from "../lib/audit/sealing.ts";
import { type Actor, capabilities } from "../lib/core/actor.ts";
import { systemClock } from "../lib/core/clock.ts";
import type { Environment } from "../lib/core/command.ts";
import { type Config, loadConfig } from "../lib/core/config.ts";
import { envelopeSecrets } from "../lib/core/secrets.ts";
import { openKeyRing } from "../lib/integrations/registry.ts";
import { type ConfiguredDatabase, configuredDatabase } from "../db/configured.ts";
import { type Database, openDatabase } from "../db/database.ts";
import {
  type CliCommand,
  type CliSession,
  describeCommands,
  findCommand,
  readInput,
  UsageError,
} from "./command_line.ts";
import {
  auditAnchorCommand,
  auditExportCommand,
  auditVerifyCommand,
  evidenceCommand,
} from "./commands/audit.ts";
import { configCommand } from "./commands/config.ts";
import {
  importContractsCommand,
  importCustomersCommand,
  importEntitiesCommand,
  importPlansCommand,
  importVehiclesCommand,
} from "./commands/import_records.ts";
import { importUsageCommand } from "./commands/import_usage.ts";
import { addMemberCommand, linkMemberCommand } from "./commands/members.ts";
import { migrateCommand } from "./commands/migrate.ts";
import { exportCustomerCommand, exportPersonCommand } from "./commands/privacy.ts";
import { priceCommand } from "./commands/price.ts";
import { runCommand } from "./commands/run.ts";
import { rewrapSecretsCommand, rotateSecretsCommand } from "./commands/secrets.ts";
import { simulateCommand } from "./commands/simulate.ts";
import { createTenantCommand, listTenantsCommand } from "./commands/tenants.ts";
import { verifyCommand } from "./commands/verify.ts";
import { explain } from "./explain.ts";

const commands: readonly CliCommand[] = [
  listTenantsCommand,
  createTenantCommand,
  addMemberCommand,
  linkMemberCommand,
  importUsageCommand,
  importCustomersCommand,
  importVehiclesCommand,
  importContractsCommand,
  importEntitiesCommand,
  importPlansCommand,
  priceCommand,
  runCommand,
  simulateCommand,
  verifyCommand,
  auditVerifyCommand,
  auditAnchorCommand,
  exportCustomerCommand,
  exportPersonCommand,
  auditExportCommand,
  evidenceCommand,
  rotateSecretsCommand,
  rewrapSecretsCommand,
  migrateCommand,
  configCommand,
];

/** The account on this machine. Whoever can reach the database with these settings may do everything in it. */
function cliActor(): Actor {
  let account: string;
  try {
    account = userInfo().username;
  } catch (_noSuchAccount) {
    // Containers run as numbers that no account has.
    account = String(Deno.uid());
  }
  return { kind: "cli", id: account, name: account, capabilities: new Set(capabilities) };
}

/** What one run opens: the database, when a command asks for it. */
class Session implements CliSession {
  readonly actor = cliActor();
  #config: Config | undefined;
  #opening: Promise<Environment> | undefined;
  #place: ConfiguredDatabase | undefined;
  #database: Database | undefined;

  config(): Config {
    return this.#config ??= loadConfig(Deno.env.toObject());
  }

  environment(): Promise<Environment> {
    return this.#opening ??= this.#open();
  }

  async #open(): Promise<Environment> {
    const secrets = envelopeSecrets(await openKeyRing(this.config(), systemClock));
    this.#place = await configuredDatabase(this.config());
    this.#database = await openDatabase({ ...this.#place, secrets, poolSize: this.config().poolSize });
    // A worker finds the jobs by its sweep, and whoever follows the outbox looks by itself.
    return { database: this.#database, clock: systemClock, secrets, wake: () => {} };
  }

  resolve(path: string): string {
    return resolve(Deno.env.get("INIT_CWD") ?? Deno.cwd(), path);
  }

  say(text: string): void {
    Deno.stderr.writeSync(new TextEncoder().encode(text.endsWith("\r") ? text : `${text}\n`));
  }

  async close(): Promise<void> {
    // what a command wrote is sealed also where no server runs
    if (this.#database) await sealAuditTrails(this.#database).catch((error) => this.say(explain(error)));
    await this.#database?.close();
    await this.#place?.release();
  }
}

async function main(words: string[]): Promise<number> {
  const session = new Session();
  try {
    if (words[0] === "help" || words.includes("--help")) {
      await writeLine(describeCommands(commands));
      return 0;
    }
    const { command, rest } = findCommand(commands, words);
    const { result, ok = true } = await command.run(readInput(command, rest), session);
    await writeLine(JSON.stringify(result));
    return ok ? 0 : 1;
  } catch (error) {
    session.say(error instanceof UsageError ? error.message : explain(error));
    return error instanceof UsageError ? 2 : 1;
  } finally {
    await session.close();
  }
}

/** A pipe may take less than all at once. */
async function writeLine(text: string): Promise<void> {
  let bytes = new TextEncoder().encode(`${text}\n`);
  while (bytes.length > 0) bytes = bytes.subarray(await Deno.stdout.write(bytes));
}

if (import.meta.main) Deno.exit(await main(Deno.args));
