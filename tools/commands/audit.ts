/** `milepost audit anchor`, `audit verify` and `audit export`: the audit trail, its anchors, the trail as a file; and `milepost evidence`. */
import { withTenant } from "../../db/tenant.ts";
import { anchorTrail } from "../../lib/audit/anchoring.ts";
import { recordEvidenceExport, recordExport, recordVerification } from "../../lib/audit/commands.ts";
import { gatherEvidence } from "../../lib/audit/evidence.ts";
import { exportEvents, exportFormats, isExportFormat } from "../../lib/audit/export.ts";
import { sealAuditTrails } from "../../lib/audit/sealing.ts";
import { actorKey } from "../../lib/core/actor.ts";
import { execute } from "../../lib/core/command.ts";
import { refuseField } from "../../lib/core/errors.ts";
import { jsonOf } from "../../lib/core/json.ts";
import { anchorPort } from "../../lib/integrations/registry.ts";
import { auditTrail } from "../../lib/ops/audit/trail.ts";
import { findTenant, listAllTenants } from "../../lib/tenants/create_tenant.ts";
import type { CliCommand } from "../command_line.ts";

export const auditAnchorCommand: CliCommand = {
  name: "audit anchor",
  summary:
    "Signs the newest seal of the audit trail and keeps it in MILEPOST_ANCHOR_PATH, as is done each day.",
  example: "milepost audit anchor --tenant Calder",
  arguments: [],
  options: { tenant: { value: "TENANT", description: "name or id of the tenant; all of them if left out" } },
  async run(input, session) {
    const environment = await session.environment();
    const { tenant } = input.options;
    const tenants = tenant === undefined
      ? await listAllTenants(environment)
      : [await findTenant(environment, tenant)];
    await sealAuditTrails(environment.database);
    const store = anchorPort(session.config());
    const anchors = [];
    for (const { id, name } of tenants) {
      const anchored = await anchorTrail(environment, store, { tenantId: id, actor: session.actor });
      if (!anchored) {
        session.say(`Nothing of ${name} is sealed yet.`);
        continue;
      }
      const { sequence, hash } = anchored;
      anchors.push({
        tenant: id,
        sequence: String(sequence),
        hash: hash.toHex(),
        file: `${id}/${anchored.name}`,
      });
    }
    return { result: { anchors } };
  },
};

export const auditVerifyCommand: CliCommand = {
  name: "audit verify",
  summary:
    "Computes every seal of a tenant's audit trail again and holds it against its anchors; exit code 0 means that all holds.",
  example: "milepost audit verify --tenant Calder",
  arguments: [],
  options: { tenant: { value: "TENANT", required: true, description: "name or id of the tenant" } },
  async run(input, session) {
    const environment = await session.environment();
    const { id: tenantId } = await findTenant(environment, input.options.tenant ?? "");
    const witness = { secrets: environment.secrets, store: anchorPort(session.config()) };
    const { ok, events, anchors, breaches } = await auditTrail(environment.database, witness, tenantId);
    for (const breach of breaches) session.say(`Broken: ${JSON.stringify(jsonOf(breach))}`);
    const outcome = { scope: "trail", lookedAt: events, breaches: breaches.map(jsonOf) } as const;
    await execute(environment, recordVerification, { tenantId, actor: session.actor }, outcome);
    return { result: { tenant: tenantId, events, anchors, breaches: breaches.length, ok }, ok };
  },
};

export const evidenceCommand: CliCommand = {
  name: "evidence",
  summary:
    "Writes what an auditor of the business asks for to a file: access, changes, approvals, verifications, anchors, migrations.",
  example: "milepost evidence evidence.json --tenant Calder --from 2026-01-01 --to 2026-03-31",
  arguments: [{ name: "FILE", required: true }],
  options: {
    tenant: { value: "TENANT", required: true, description: "name or id of the tenant" },
    from: { value: "DAY", required: true, description: "the first day, in UTC" },
    to: { value: "DAY", required: true, description: "the last day, in UTC" },
  },
  async run(input, session) {
    const from = dayOf("from", input.options.from)!, to = dayOf("to", input.options.to)!;
    const environment = await session.environment();
    const { id: tenantId, name } = await findTenant(environment, input.options.tenant ?? "");
    const record = { from: `${from}`, to: `${to}` };
    await execute(environment, recordEvidenceExport, { tenantId, actor: session.actor }, record);
    const evidence = await withTenant(environment.database, tenantId, (db) =>
      gatherEvidence(db, {
        business: name,
        from: startOf(from),
        to: startOf(to.add({ days: 1 })),
        madeAt: environment.clock.now(),
        madeBy: actorKey(session.actor),
      }), { readOnly: true, isolation: "repeatable read" });
    const path = session.resolve(input.arguments.FILE ?? "");
    await Deno.writeTextFile(path, `${JSON.stringify(evidence, null, 2)}\n`);
    return { result: { file: path, bytes: (await Deno.stat(path)).size } };
  },
};

const day = /^\d{4}-\d\d-\d\d$/;

/** Midnight in UTC of a day as it was typed. Throws `InvalidInput`. */
function dayOf(option: string, text: string | undefined): Temporal.PlainDate | undefined {
  if (text === undefined) return undefined;
  try {
    if (day.test(text)) return Temporal.PlainDate.from(text, { overflow: "reject" });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return refuseField(option, text, "Use a day such as 2026-03-31.", "2026-03-31");
}

const startOf = (date: Temporal.PlainDate) => date.toZonedDateTime("UTC").toInstant();

export const auditExportCommand: CliCommand = {
  name: "audit export",
  summary:
    "Writes a tenant's audit trail to a file, as JSON lines or as syslog (RFC 5424); a file that is there is replaced once all is written.",
  example:
    "milepost audit export trail.jsonl --tenant Calder --format jsonl --from 2026-03-01 --to 2026-03-31",
  arguments: [{ name: "FILE", required: true }],
  options: {
    tenant: { value: "TENANT", required: true, description: "name or id of the tenant" },
    format: { value: "FORMAT", required: true, description: "jsonl or syslog" },
    from: { value: "DAY", description: "the first day, in UTC" },
    to: { value: "DAY", description: "the last day, in UTC" },
  },
  async run(input, session) {
    const { format = "", tenant = "" } = input.options;
    if (!isExportFormat(format)) refuseField("format", format, `Use ${exportFormats.join(" or ")}.`, "jsonl");
    const from = dayOf("from", input.options.from), to = dayOf("to", input.options.to);
    const environment = await session.environment();
    const { id: tenantId } = await findTenant(environment, tenant);
    const record = { format, from: from?.toString() ?? null, to: to?.toString() ?? null };
    await execute(environment, recordExport, { tenantId, actor: session.actor }, record);
    const filter = { from: from && startOf(from), to: to && startOf(to.add({ days: 1 })) };
    const path = session.resolve(input.arguments.FILE ?? "");
    const beside = `${path}.part`;
    const parts = exportEvents(environment.database, tenantId, filter, format);
    await Deno.writeTextFile(beside, ReadableStream.from(parts));
    await Deno.rename(beside, path);
    return { result: { file: path, bytes: (await Deno.stat(path)).size } };
  },
};
