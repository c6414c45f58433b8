/** Who acts: a person, the command line, a job or the system itself, and what they may do. */
import type { CurrencyCode } from "./currency.ts";

/** What a command asks for. Which role has which is decided in `lib/auth/policy.ts`. */
export const capabilities = [
  "read",
  "customers.write",
  "vehicles.write",
  "plans.write",
  "contracts.write",
  "entities.write",
  "bank_details.propose",
  "bank_details.approve",
  "usage.import",
  "invoices.draft",
  "invoices.approve",
  "invoices.issue",
  "invoices.send",
  "payments.record",
  "payments.reverse",
  "ledger.close",
  "members.manage",
  "api_keys.manage",
  "privacy.manage",
  "jobs.manage",
  "audit.read",
] as const;

export type Capability = (typeof capabilities)[number];

/** Up to which amount, in minor units of a currency, someone may use a right. A right that is not in it has no limit. */
export type Limits = ReadonlyMap<Capability, ReadonlyMap<CurrencyCode, bigint>>;

export interface Actor {
  readonly kind: "user" | "api_key" | "api_client" | "cli" | "job" | "system";
  /** The UUID of the user, key or client, the account on the command line, the kind of job, or the part of the system. */
  readonly id: string;
  /** For people to read. */
  readonly name: string;
  readonly capabilities: ReadonlySet<Capability>;
  /** When a user last proved who they are, by a password for example; the other kinds prove it with every call. */
  readonly authenticatedAt?: Temporal.Instant;
  /** Left out where no role of the actor sets one. */
  readonly limits?: Limits;
}

/** How audit rows and idempotency keys name the actor: `user:<uuid>`, `api_key:<uuid>`, `api_client:<uuid>`, `cli:<account>`, `job:<kind>`, `system:<part>`. */
export function actorKey(actor: Actor): string {
  return `${actor.kind}:${actor.id}`;
}

/** The actor of a job: it may do everything, because whoever wrote the job row was asked for permission. */
export function jobActor(kind: string): Actor {
  return { kind: "job", id: kind, name: `Job ${kind}`, capabilities: new Set(capabilities) };
}
