/** The settings: one table of environment variables with defaults and what is allowed; anything else is an error at start. */
import { type FieldProblem, milepostError } from "./errors.ts";

type Environment = Record<string, string | undefined>;

interface Setting<Value> {
  /** Name of the environment variable. */
  name: string;
  description: string;
  /** What is allowed, as a sentence. */
  allowed: string;
  example: string;
  /** As it would be written in the environment; left out when there is none. */
  default?: string;
  /** May hold a password or a token: its value is never shown. */
  secret?: boolean;
  /** Undefined means that the text is not allowed. */
  parse(text: string): Value | undefined;
}

function text<const Name extends string>(allowed: Name[]): (value: string) => Name | undefined {
  return (value) => allowed.find((name) => name === value);
}

function wholeNumber(least: number, most: number): (value: string) => number | undefined {
  return (value) => {
    const number = /^\d{1,9}$/.test(value) ? Number(value) : NaN;
    return number >= least && number <= most ? number : undefined;
  };
}

function url(...protocols: string[]): (value: string) => string | undefined {
  return (value) => {
    const parsed = URL.canParse(value) ? new URL(value) : undefined;
    return parsed && protocols.includes(parsed.protocol) && parsed.hostname !== "" ? value : undefined;
  };
}

const postgresUrl = url("postgres:", "postgresql:");

function postgresUrls(value: string): string[] | undefined {
  const urls = value.split(",").map((part) => part.trim()).filter((part) => part !== "");
  return urls.every((part) => postgresUrl(part) !== undefined) ? urls : undefined;
}

function origin(value: string): string | undefined {
  const parsed = url("http:", "https:")(value) && new URL(value);
  return parsed && parsed.origin === value.replace(/\/$/, "") ? parsed.origin : undefined;
}

function origins(value: string): string[] | undefined {
  const found = value.split(",").map((part) => part.trim()).filter((part) => part !== "").map(origin);
  return found.includes(undefined) ? undefined : found as string[];
}

function host(value: string): string | undefined {
  return /^[A-Za-z0-9.:-]{1,253}$/.test(value) ? value : undefined;
}

function mailAddress(value: string): string | undefined {
  return /^[^\s@,;<>"()]+@[A-Za-z0-9.-]+$/.test(value) ? value : undefined;
}

function path(value: string): string | undefined {
  return value.includes("\0") ? undefined : value;
}

const postgresRule = "Use an address such as the example, with user, password, host and database.";

function define<Value>(setting: Setting<Value>): Setting<Value> {
  return setting;
}

const table = {
  databaseUrl: define({
    name: "DATABASE_URL",
    description:
      "Postgres 18 or later for a plain role without rights over tables; left out, an embedded server is used",
    allowed: postgresRule,
    example: "postgres://milepost_app:secret@db.internal:5432/milepost?sslmode=verify-full",
    secret: true,
    parse: postgresUrl,
  }),
  databaseSystemUrl: define({
    name: "DATABASE_SYSTEM_URL",
    description: "the same database for the system role: sign-in, claims of jobs, outbox, verify",
    allowed: postgresRule,
    example: "postgres://milepost_system:secret@db.internal:5432/milepost?sslmode=verify-full",
    secret: true,
    parse: postgresUrl,
  }),
  databaseOwnerUrl: define({
    name: "DATABASE_OWNER_URL",
    description: "the same database for the role that owns the tables; only `migrate` uses it",
    allowed: postgresRule,
    example: "postgres://milepost_owner:secret@db.internal:5432/milepost?sslmode=verify-full",
    secret: true,
    parse: postgresUrl,
  }),
  databaseReplicaUrls: define({
    name: "DATABASE_REPLICA_URLS",
    description: "read replicas of the same database, separated by commas",
    allowed: "Use addresses of the form of DATABASE_URL, with commas between them.",
    example: "postgres://milepost_app:secret@replica1:5432/milepost?sslmode=verify-full",
    default: "",
    secret: true,
    parse: postgresUrls,
  }),
  dataSet: define({
    name: "MILEPOST_DATA_SET",
    description: "which embedded data is used when DATABASE_URL is not set: .milepost/dev or .milepost/demo",
    allowed: "Use dev or demo.",
    example: "demo",
    default: "dev",
    parse: text(["dev", "demo"]),
  }),
  poolSize: define({
    name: "MILEPOST_POOL_SIZE",
    description: "most connections to Postgres that one process opens for its own work",
    allowed: "Use a whole number from 1 to 500.",
    example: "10",
    default: "10",
    parse: wholeNumber(1, 500),
  }),
  role: define({
    name: "MILEPOST_ROLE",
    description: "what this process does: pages (web), jobs and schedule (worker), or both (all)",
    allowed: "Use all, web or worker.",
    example: "all",
    default: "all",
    parse: text(["all", "web", "worker"]),
  }),
  host: define({
    name: "MILEPOST_HOST",
    description: "address to listen on; 127.0.0.1 is reached from this machine only",
    allowed: "Use an IP address or a host name, without port.",
    example: "0.0.0.0",
    default: "127.0.0.1",
    parse: host,
  }),
  port: define({
    name: "MILEPOST_PORT",
    description: "port to listen on; 0 takes a free one",
    allowed: "Use a whole number from 0 to 65535.",
    example: "8000",
    default: "8000",
    parse: wholeNumber(0, 65535),
  }),
  origin: define({
    name: "MILEPOST_ORIGIN",
    description: "address by which browsers reach this server; left out, it is taken from host and port",
    allowed: "Use http:// or https:// and a host, without a path.",
    example: "https://billing.example.com",
    parse: origin,
  }),
  trustedProxies: define({
    name: "MILEPOST_TRUSTED_PROXIES",
    description:
      "how many proxies of your own stand in front; they tell the browser's address in X-Forwarded-For",
    allowed: "Use a whole number from 0 to 9.",
    example: "1",
    default: "0",
    parse: wholeNumber(0, 9),
  }),
  metricsToken: define({
    name: "MILEPOST_METRICS_TOKEN",
    description: "bearer token for /metrics; left out, only this machine itself may read them",
    allowed: "Use 16 or more characters without spaces.",
    example: "b7c1f0a94d2e4c55",
    secret: true,
    parse: (value) => /^\S{16,}$/.test(value) ? value : undefined,
  }),
  queuePath: define({
    name: "MILEPOST_QUEUE_PATH",
    description: "file for wake-ups of jobs (Deno KV); it may be lost at any time, and `:memory:` needs none",
    allowed: "Use a path in a folder that this process may write to, or :memory:.",
    example: "/var/lib/milepost/queue.kv",
    default: ".milepost/queue.kv",
    parse: path,
  }),
  smtpUrl: define({
    name: "MILEPOST_SMTP_URL",
    description: "mail server that carries messages to customers; left out, they stay in the outbox",
    allowed: "Use smtp:// or smtps:// with a host, and user and password where the server asks for them.",
    example: "smtp://milepost:secret@mail.example.com:587",
    secret: true,
    parse: url("smtp:", "smtps:"),
  }),
  mailFrom: define({
    name: "MILEPOST_MAIL_FROM",
    description: "address that messages to customers come from",
    allowed: "Use one e-mail address, without a name.",
    example: "billing@example.com",
    parse: mailAddress,
  }),
  keyFile: define({
    name: "MILEPOST_KEY_FILE",
    description:
      "file with the keys that seal secrets; made at the first start if it is not there, and the same for all processes; " +
      "left out, it is .milepost/<data set>/keys",
    allowed: "Use a path in a folder that this process may write to and others may not read.",
    example: "/var/lib/milepost/keys",
    parse: path,
  }),
  viesUrl: define({
    name: "MILEPOST_VIES_URL",
    description: "REST interface of VIES, which is asked whether VAT numbers hold; left out, nobody is asked",
    allowed: "Use an http:// or https:// address.",
    example: "https://ec.europa.eu/taxation_customs/vies/rest-api",
    parse: url("http:", "https:"),
  }),
  vaultAddress: define({
    name: "MILEPOST_VAULT_ADDR",
    description: "HashiCorp Vault whose transit engine holds the key of secrets, instead of the key file",
    allowed: "Use an http:// or https:// address.",
    example: "https://vault.internal:8200",
    parse: url("http:", "https:"),
  }),
  vaultToken: define({
    name: "MILEPOST_VAULT_TOKEN",
    description:
      "token for MILEPOST_VAULT_ADDR, with a policy for datakey, encrypt, decrypt, rewrap and read of the key",
    allowed: "Use the token exactly as it was given, without spaces.",
    example: "hvs.CAESIJ",
    secret: true,
    parse: (value) => /^\S+$/.test(value) ? value : undefined,
  }),
  vaultMount: define({
    name: "MILEPOST_VAULT_MOUNT",
    description: "where the transit engine is mounted in Vault",
    allowed: "Use letters, digits, hyphens, underscores and slashes.",
    example: "transit",
    default: "transit",
    parse: (value) => /^[\w-]+(\/[\w-]+)*$/.test(value) ? value : undefined,
  }),
  vaultKey: define({
    name: "MILEPOST_VAULT_KEY",
    description: "name of the key in the transit engine, of type aes256-gcm96",
    allowed: "Use 1 to 100 letters, digits, hyphens and underscores.",
    example: "milepost",
    default: "milepost",
    parse: (value) => /^[\w-]{1,100}$/.test(value) ? value : undefined,
  }),
  anchorPath: define({
    name: "MILEPOST_ANCHOR_PATH",
    description:
      "folder for the daily anchors of the audit trail, best where the owner of the database cannot write; " +
      "left out, it is .milepost/<data set>/anchors",
    allowed: "Use a path of a folder that this process may write to.",
    example: "/mnt/write_once/milepost",
    parse: path,
  }),
  jobConcurrency: define({
    name: "MILEPOST_JOB_CONCURRENCY",
    description: "most jobs that one process runs at the same time",
    allowed: "Use a whole number from 1 to 200.",
    example: "4",
    default: "4",
    parse: wholeNumber(1, 200),
  }),
  cacheSize: define({
    name: "MILEPOST_CACHE_MEGABYTES",
    description: "memory that one process gives to cached pages",
    allowed: "Use a whole number from 1 to 65536.",
    example: "64",
    default: "64",
    parse: wholeNumber(1, 65536),
  }),
  uploadSize: define({
    name: "MILEPOST_UPLOAD_MEGABYTES",
    description: "largest file of usage that a browser may send; larger ones come by the command line",
    allowed: "Use a whole number from 1 to 500.",
    example: "200",
    default: "200",
    parse: wholeNumber(1, 500), // 200 MB take 3 to 6 of the 30 seconds that a transaction has
  }),
  outgoingAllowed: define({
    name: "MILEPOST_OUTGOING_ALLOWED",
    description:
      "origins in your own network that tenants may have called, such as an identity provider; all others must be public and https",
    allowed: "Use http:// or https:// with a host and, where needed, a port; commas between them.",
    example: "https://login.internal,http://10.1.2.3:8080",
    default: "",
    parse: origins,
  }),
  tenantRequests: define({
    name: "MILEPOST_TENANT_REQUESTS",
    description: "most requests in a second for one tenant, and for one address that is not signed in",
    allowed: "Use a whole number from 1 to 1000000.",
    example: "1000",
    default: "1000",
    parse: wholeNumber(1, 1_000_000),
  }),
  apiKeyRequests: define({
    name: "MILEPOST_API_KEY_REQUESTS",
    description: "most requests in a second with one key of the API",
    allowed: "Use a whole number from 1 to 1000000.",
    example: "200",
    default: "200",
    parse: wholeNumber(1, 1_000_000),
  }),
  signInRequests: define({
    name: "MILEPOST_SIGN_IN_REQUESTS",
    description: "most tries in a minute to sign in, get a token or reset a password from one address",
    allowed: "Use a whole number from 1 to 1000000.",
    example: "60",
    default: "60",
    parse: wholeNumber(1, 1_000_000),
  }),
  redisUrl: define({
    name: "UPSTASH_REDIS_REST_URL",
    description:
      "Redis over HTTP for a cache and request limits that several processes share; left out, each has its own",
    allowed: "Use an http:// or https:// address.",
    example: "https://eu1-fleet-1.upstash.io",
    parse: url("http:", "https:"),
  }),
  redisToken: define({
    name: "UPSTASH_REDIS_REST_TOKEN",
    description: "token for UPSTASH_REDIS_REST_URL",
    allowed: "Use the token exactly as it was given, without spaces.",
    example: "AX0rASQg",
    secret: true,
    parse: (value) => /^\S+$/.test(value) ? value : undefined,
  }),
  chromium: define({
    name: "MILEPOST_CHROMIUM",
    description: "browser for the browser tests; left out, the usual places are searched",
    allowed: "Use the path of a Chromium program.",
    example: "/usr/bin/chromium",
    parse: path,
  }),
};

type Table = typeof table;
type Parsed<Field extends keyof Table> = NonNullable<ReturnType<Table[Field]["parse"]>>;
/** Settings whose row in the table has no default, so that they may be missing. */
type Optional =
  | "databaseUrl"
  | "databaseSystemUrl"
  | "databaseOwnerUrl"
  | "origin"
  | "metricsToken"
  | "smtpUrl"
  | "mailFrom"
  | "keyFile"
  | "anchorPath"
  | "viesUrl"
  | "vaultAddress"
  | "vaultToken"
  | "redisUrl"
  | "redisToken"
  | "chromium";

/** The settings of a process, checked. */
export type Config =
  & { readonly [Field in Exclude<keyof Table, Optional>]: Parsed<Field> }
  & { readonly [Field in Optional]?: Parsed<Field> };

const settings: readonly [string, Setting<unknown>][] = Object.entries(table);
const knownNames = new Set(settings.map(([, { name }]) => name));
/** What only chooses the form of the test suite is no setting of the product. */
const testPrefix = "MILEPOST_TEST_";
const hidden = "(not shown)";

/** Settings that make sense only together: the first needs the second. */
const companions: readonly [string, string][] = [
  ["DATABASE_URL", "DATABASE_SYSTEM_URL"],
  ["DATABASE_SYSTEM_URL", "DATABASE_URL"],
  ["DATABASE_OWNER_URL", "DATABASE_URL"],
  ["DATABASE_REPLICA_URLS", "DATABASE_URL"],
  ["MILEPOST_SMTP_URL", "MILEPOST_MAIL_FROM"],
  ["MILEPOST_MAIL_FROM", "MILEPOST_SMTP_URL"],
  ["MILEPOST_VAULT_ADDR", "MILEPOST_VAULT_TOKEN"],
  ["MILEPOST_VAULT_TOKEN", "MILEPOST_VAULT_ADDR"],
  ["UPSTASH_REDIS_REST_URL", "UPSTASH_REDIS_REST_TOKEN"],
  ["UPSTASH_REDIS_REST_TOKEN", "UPSTASH_REDIS_REST_URL"],
];

/**
 * Reads the settings from environment variables; an empty one counts as left out. Throws `InvalidSetting` that names every
 * unknown `MILEPOST_…` variable and every value that is not allowed, with what is.
 */
export function loadConfig(environment: Environment): Config {
  const problems: FieldProblem[] = [];
  const config: Record<string, unknown> = {};
  for (const [field, setting] of settings) {
    const given = environment[setting.name] || setting.default;
    if (given === undefined) continue;
    const value = setting.parse(given);
    if (value === undefined) problems.push(describeProblem(setting, given));
    config[field] = value;
  }
  problems.push(...unknownSettings(environment), ...missingCompanions(environment));
  if (problems.length > 0) throw invalidSettings(problems);
  return Object.freeze(config) as unknown as Config;
}

function describeProblem(setting: Setting<unknown>, given: string): FieldProblem {
  return {
    field: setting.name,
    value: setting.secret ? hidden : given,
    rule: setting.allowed,
    example: setting.example,
  };
}

function unknownSettings(environment: Environment): FieldProblem[] {
  const unknown = Object.keys(environment).filter((name) =>
    name.startsWith("MILEPOST_") && !name.startsWith(testPrefix) && !knownNames.has(name)
  );
  const known = [...knownNames].filter((name) => name.startsWith("MILEPOST_")).join(", ");
  return unknown.map((field) => ({ field, rule: `There is no such setting. There are ${known}.` }));
}

function missingCompanions(environment: Environment): FieldProblem[] {
  return companions.filter(([one, other]) => environment[one] && !environment[other])
    .map(([one, other]) => ({ field: other, rule: `Set it too, because ${one} is set.` }));
}

function invalidSettings(problems: readonly FieldProblem[]): Error {
  const sentences = problems.map(({ field, value, rule, example }) => {
    const given = value === undefined
      ? ""
      : value === hidden
      ? " has a value that is not allowed"
      : ` is "${value}"`;
    return `${field}${given}: ${rule}${example === undefined ? "" : ` For example ${example}.`}`;
  });
  return milepostError("InvalidSetting", { message: sentences.join("\n"), fields: problems });
}

/** One row of `milepost config`. */
export interface SettingDescription {
  name: string;
  description: string;
  allowed: string;
  default: string | null;
  /** What is set in the environment, null if nothing is; secrets are not shown. */
  value: string | null;
}

/** The settings with their defaults and what `environment` sets, for people to read. */
export function describeConfig(environment: Environment = {}): SettingDescription[] {
  return settings.map(([, setting]) => {
    const value = environment[setting.name] || null;
    return {
      name: setting.name,
      description: setting.description,
      allowed: setting.allowed,
      default: setting.default || null,
      value: value !== null && setting.secret ? hidden : value,
    };
  });
}
