/** `milepost run`: previews what a month comes to, and issues it when another member approves. */
import { findOpenInvoiceRun } from "../../db/queries/invoice_run.ts";
import { withTenant } from "../../db/tenant.ts";
import { minorUnits, parseCurrencyCode } from "../../lib/core/currency.ts";
import { formatScaled } from "../../lib/core/decimal.ts";
import { type Environment, execute } from "../../lib/core/command.ts";
import { refuseField } from "../../lib/core/errors.ts";
import { approveRun, prepareRun, retryRun } from "../../lib/invoicing/run/commands.ts";
import { parseMonth } from "../../lib/invoicing/run/month.ts";
import type { RunDetail } from "../../lib/invoicing/run/views.ts";
import { findTenant } from "../../lib/tenants/create_tenant.ts";
import { actorOfMember, parseEmail } from "../../lib/tenants/members.ts";
import { type BillingEntity, listBillingEntities } from "../../lib/tenants/views.ts";
import { messagePort } from "../../lib/integrations/registry.ts";
import { countRunDelivery, type RunDeliveryCounts } from "../../lib/notifications/views.ts";
import type { CliCommand } from "../command_line.ts";
import { driveRun } from "../run_month.ts";

export const runCommand: CliCommand = {
  name: "run",
  summary:
    "Previews the invoices of a month; with --approve-as they are issued and sent, in the name of that member.",
  example: "milepost run --tenant Calder --entity CFS --period 2024-01 --approve-as tom@calder.example",
  arguments: [],
  options: {
    tenant: { value: "TENANT", required: true, description: "name or id of the tenant" },
    entity: {
      value: "ENTITY",
      required: true,
      description: "number prefix, name or id of the billing entity",
    },
    period: {
      value: "MONTH",
      required: true,
      description: "such as 2024-01: periods that end in it are billed",
    },
    "approve-as": {
      value: "EMAIL",
      description: "a member who may approve; the run is approved in their name, issued and sent",
    },
    "do-not-send": { description: "the run issues the invoices and sends none of them" },
  },
  async run(input, session) {
    const { tenant = "", entity = "", period = "", "approve-as": approveAs } = input.options;
    const sendsInvoices = input.options["do-not-send"] === undefined;
    const environment = await session.environment();
    const { id: tenantId } = await findTenant(environment, tenant);
    const approver = approveAs === undefined
      ? undefined
      : await actorOfMember(environment, tenantId, parseEmail(approveAs));
    const { id: billingEntityId } = await findEntity(environment, tenantId, entity);
    const open = approver && await findOpen(environment, tenantId, billingEntityId, period);
    const execution = { tenantId, actor: session.actor };
    if (open) await execute(environment, retryRun, execution, { runId: open }); // what gave up would be waited for without end
    const runId = open ??
      (await execute(environment, prepareRun, execution, { billingEntityId, month: period, sendsInvoices }))
        .runId;
    const port = messagePort(session.config());
    let detail = await driveRun(environment, tenantId, runId, port);
    if (approver && detail.run.state === "awaiting_approval") {
      const resultHash = detail.run.resultHash!.toHex();
      await execute(environment, approveRun, { tenantId, actor: approver }, { runId, resultHash });
      detail = await driveRun(environment, tenantId, runId, port);
    }
    for (const { contract, message } of detail.exceptions) session.say(`${contract}: ${message}`);
    const delivery = await withTenant(
      environment.database,
      tenantId,
      (db) => countRunDelivery(db, runId),
      { readOnly: true },
    );
    return { result: describe(detail, delivery), ok: detail.run.state !== "blocked" };
  },
};

async function findEntity(environment: Environment, tenantId: string, given: string): Promise<BillingEntity> {
  const entities = await withTenant(environment.database, tenantId, listBillingEntities, { readOnly: true });
  const found = entities.find((entity) => [entity.numberPrefix, entity.name, entity.id].includes(given));
  if (found) return found;
  const names = entities.map(({ numberPrefix, name }) => `${numberPrefix} (${name})`).join(", ");
  return refuseField(
    "entity",
    given,
    names === "" ? "This tenant has no billing entity yet." : `Use one of ${names}.`,
  );
}

/** The run that waits for its approval already: a second call approves what the first one printed. */
async function findOpen(
  { database }: Environment,
  tenantId: string,
  billingEntityId: string,
  month: string,
): Promise<string | undefined> {
  const period = parseMonth(month);
  if (!period) return undefined;
  const open = await withTenant(
    database,
    tenantId,
    (db) => findOpenInvoiceRun(db, billingEntityId, period.start),
    { readOnly: true },
  );
  return open?.id;
}

function describe({ run, counts }: RunDetail, delivery: RunDeliveryCounts) {
  const { previewed, leftOut, issued, parked, exceptions, total } = counts;
  return {
    run: run.id,
    state: run.state,
    entity: run.entity,
    period: run.periodStart.toString().slice(0, 7),
    items: run.itemCount,
    previewed,
    issued,
    leftOut,
    parked,
    exceptions,
    currency: run.currency,
    total: formatScaled(total, minorUnits(parseCurrencyCode(run.currency))),
    delivery: {
      sent: delivery.sent,
      waiting: delivery.waiting,
      failed: delivery.failed,
      uncertain: delivery.uncertain,
      byHand: delivery.by_hand,
      noAddress: delivery.no_address,
      notSent: delivery.not_sent,
    },
  };
}
