/** `milepost audit anchor` and `milepost audit verify`: the audit trail and its anchors. */
import { anchorTrail } from "../../lib/audit/anchoring.ts";
import { recordVerification } from "../../lib/audit/commands.ts";
import { sealAuditTrails } from "../../lib/audit/sealing.ts";
import { execute } from "../../lib/core/command.ts";
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
