/**
 * Evidence for whoever audits the business (SOC 2 and the like): who may do what, what was changed about that, what second
 * persons approved, and what the verifications of the books and of the audit trail said. One JSON object with an index first.
 */
import {
  listAnchors,
  listApprovals,
  listLastSignIns,
  listMigrations,
  listVerifications,
  type Span,
} from "../../db/queries/audit_evidence.ts";
import { listFinalAuditEvents, placeOf, type SealedEvent } from "../../db/queries/audit_list.ts";
import { listMembers } from "../../db/queries/membership.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { type Json, jsonOf } from "../core/json.ts";

/** What each part shows, in the order of the file. */
const parts = {
  access: "Who is on the team, with which roles, and when and how each last signed in.",
  changes: "Every change of people, roles, keys, sign-in, and of how the business is set up.",
  failedSignIns: "Every sign-in to an account of the team that failed.",
  approvals:
    "Invoice runs and bank details that were approved, by whom, and whether that was a second person.",
  verifications:
    "Each time the books or the audit trail were verified, after a restore too, and what came out.",
  anchors: "The signed anchors of the audit trail.",
  migrations: "The changes of the program's database.",
} as const;

/** Nouns of the commands that change who may do what, or how the business is set up. */
const changeNouns = [
  "tenant",
  "account",
  "member",
  "role",
  "api_key",
  "api_client",
  "billing_entity",
  "bank_details",
  "number_format",
  "tax_registration",
  "privacy",
  "audit",
  "evidence",
];
const changeCommands = ["invoice_run.set_policy", "invoice_run.set_schedule"];
/** Machinery that has parts of its own. */
const elsewhere = ["audit.verify", "audit.anchor"];
const eventsAtATime = 1_000;

export interface EvidenceRequest extends Span {
  business: string;
  madeAt: Temporal.Instant;
  madeBy: string;
}

/** Reads the evidence of a span, `[from, to)`, as of one moment. */
export async function gatherEvidence(db: TenantDb, request: EvidenceRequest): Promise<Json> {
  const { from, to } = request;
  const events = await listEvents(db, request, [...changeNouns, "invoice_run", "sign_in"]);
  const isChange = ({ command }: SealedEvent) =>
    changeCommands.includes(command) ||
    changeNouns.includes(command.split(".")[0]) && !elsewhere.includes(command);
  const gathered: Record<keyof typeof parts, readonly unknown[]> = {
    access: await listAccess(db, request),
    changes: events.filter(isChange).map(describeEvent),
    failedSignIns: events.filter(({ command }) => command === "sign_in.fail").map(describeEvent),
    approvals: (await listApprovals(db, request)).map((approval) => ({
      ...approval,
      bySecondPerson: approval.approvedBy !== approval.askedBy,
    })),
    verifications: await listVerifications(db, request),
    anchors: await listAnchors(db, request),
    migrations: await listMigrations(db, request),
  };
  const index = Object.entries(parts).map(([part, shows]) => ({
    part,
    shows,
    count: gathered[part as keyof typeof parts].length,
  }));
  const { business, madeAt, madeBy } = request;
  // A plain object, so that the index stands first for whoever opens the file.
  return { evidence: jsonOf({ business, from, to, madeAt, madeBy }), index, ...gatheredAsJson(gathered) };
}

function gatheredAsJson(gathered: Record<string, readonly unknown[]>): Record<string, Json> {
  return Object.fromEntries(Object.entries(gathered).map(([part, rows]) => [part, rows.map(jsonOf)]));
}

async function listAccess(db: TenantDb, span: Span) {
  const [members, signIns] = await Promise.all([listMembers(db), listLastSignIns(db, span)]);
  const lastOf = new Map(signIns.map((signIn) => [signIn.userId, signIn]));
  return members.map(({ userId, email, name, roles, customRoles }) => {
    const last = lastOf.get(userId);
    return {
      userId,
      email,
      name,
      roles: [...roles, ...customRoles.map((role) => role.name)],
      lastSignIn: last ? { at: last.at, methods: last.methods } : null,
    };
  });
}

async function listEvents(
  db: TenantDb,
  { from, to }: Span,
  topics: readonly string[],
): Promise<SealedEvent[]> {
  const all: SealedEvent[] = [];
  let after: string | undefined;
  for (;;) {
    const events = await listFinalAuditEvents(db, { from, to, topics }, after, eventsAtATime);
    all.push(...events);
    if (events.length < eventsAtATime) return all;
    after = placeOf(events.at(-1)!);
  }
}

function describeEvent({ id, at, actor, command, subjectType, subjectId, detail, sequence }: SealedEvent) {
  return { id, at, actor, command, subject: { type: subjectType, id: subjectId }, detail, seal: sequence };
}
