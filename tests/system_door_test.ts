/** Who may pass the one unscoped door, db/system.ts, and that there is no second one. */
import assert from "node:assert/strict";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Every module that opens a transaction over all tenants, and why no tenant's door would do. */
const callers: Record<string, string> = {
  "jobs/account_mailer.ts": "mail about an account precedes a tenant",
  "jobs/announcer.ts": "tells of new events whose tenant it learns from them",
  "jobs/attempt.ts": "settles a job whose tenant it learns from the job",
  "jobs/handlers/encryption.ts": "encrypts what is issued, which no tenant's own role may change",
  "jobs/handlers/erasure.ts": "ends accounts, which precede a tenant, and deletes what was sent",
  "jobs/handlers/retention.ts": "prunes what is kept only for a time, of every tenant",
  "jobs/outbox.ts": "tails the outbox of every tenant in one order",
  "jobs/schedule.ts": "puts what is due into the queue, of every tenant",
  "jobs/worker.ts": "claims jobs before it knows whose they are",
  "lib/audit/sealing.ts": "seals the audit trail of every tenant, which no tenant's own role may",
  "lib/auth/account.ts": "a person precedes a tenant",
  "lib/auth/account_mail.ts": "a person precedes a tenant",
  "lib/auth/complete_sign_in.ts": "who has done the first step has no tenant yet",
  "lib/auth/confirm_session.ts": "a session says which tenant is meant",
  "lib/auth/held_forms.ts": "a form waits while nobody is signed in",
  "lib/auth/links.ts": "a link is opened before anybody is signed in",
  "lib/auth/passkeys.ts": "a person precedes a tenant",
  "lib/auth/session_list.ts": "a person's sessions are in several tenants",
  "lib/auth/sessions.ts": "a session says which tenant is meant",
  "lib/auth/sign_in.ts": "a person precedes a tenant",
  "lib/auth/two_step.ts": "a person precedes a tenant",
  "lib/oidc/external_sign_in.ts": "a sign-in is under way before anybody is signed in",
  "lib/oidc/identity_provider.ts": "the address of a company is typed before its tenant is known",
  "lib/oauth/signing_keys.ts": "one issuer signs for all tenants",
  "lib/ops/audit/audit.ts": "the auditor counts over all tenants, and derives what a run issued",
  "lib/ops/audit/trail.ts": "the auditor computes the seals of a trail as the role that wrote them",
  "lib/ops/audit/walls.ts": "the auditor looks for rows that another tenant could read",
  "lib/ops/job_counts.ts": "the metrics count the jobs of the whole installation",
  "lib/ops/readiness.ts": "asks whether the database is up to date",
  "lib/privacy/export.ts": "a person's account precedes a tenant",
  "lib/ops/rewrap.ts": "wraps the sealed values of the whole installation again",
  "lib/tenants/create_tenant.ts": "a tenant is made from outside",
  "lib/tenants/invitations.ts": "who is invited may be new to the installation",
  "lib/tenants/members.ts": "a person may be a member of several tenants",
  "tools/demo_business.ts": "looks whether the demo's people are there, before any tenant is known",
  "tools/demo_summary.ts": "counts what the demo holds, whoever it belongs to",
};

/** Parts of the database layer that can begin a transaction or open a connection; nothing outside db/ takes them. */
const innerModules = [
  "connection",
  "pool",
  "transaction",
  "transaction_scope",
  "kysely_binding",
  "sql_binding",
];

interface Source {
  path: string;
  text: string;
}

function* sourcesIn(folder: string): Generator<Source> {
  for (const entry of Deno.readDirSync(folder)) {
    const full = join(folder, entry.name);
    if (entry.isDirectory && !/^(node_modules|\..*|_fresh|tests|fresh|bench)$/.test(entry.name)) {
      yield* sourcesIn(full);
    }
    if (entry.isFile && /(?<!_test)\.tsx?$/.test(entry.name)) {
      yield { path: relative(root, full), text: Deno.readTextFileSync(full) };
    }
  }
}

const product = [...sourcesIn(root)];

/** The names that a module imports as values from a module whose path ends so. */
function valuesFrom(source: Source, ending: RegExp): string[] {
  const imports = source.text.matchAll(/^(?:import|export)\s+(type\s+)?([\s\S]*?)\s+from\s+"([^"]+)";/gm);
  return [...imports].filter(([, isType, , path]) => !isType && ending.test(path)).flatMap(([, , names]) =>
    names.replace(/[{}]/g, "").split(",").map((name) => name.trim()).filter((name) =>
      name && !name.startsWith("type ")
    )
  );
}

Deno.test("only the listed modules pass the unscoped door, and the list names no other", () => {
  const found = product.filter((source) => valuesFrom(source, /(^|\/)system\.ts$/).includes("withSystem"))
    .map((source) => source.path).sort();
  assert.deepEqual(found, Object.keys(callers).sort());
});

Deno.test("outside db/ nothing opens a connection or begins a transaction by itself", () => {
  const inner = new RegExp(`/db/(${innerModules.join("|")})\\.ts$`);
  const breaches = product.filter(({ path }) => !path.startsWith("db/")).flatMap((source) => [
    ...valuesFrom(source, inner).map((name) => `${source.path} takes ${name}`),
    ...valuesFrom(source, /^(postgres|pg|kysely-postgres-js)$/).map((name) =>
      `${source.path} takes the client ${name}`
    ),
    ...(/\bdatabase\.(app|system)\b/.test(source.text) ? [`${source.path} reaches for a pool`] : []),
  ]);
  assert.deepEqual(breaches, []);
});

Deno.test("inside db/ only the two doors run transactions", () => {
  const runners = product.filter((source) =>
    valuesFrom(source, /\/transaction\.ts$/).includes("runTransaction")
  );
  assert.deepEqual(runners.map((source) => source.path).sort(), ["db/system.ts", "db/tenant.ts"]);
});
