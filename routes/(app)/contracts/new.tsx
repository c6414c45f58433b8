/** Makes a contract with its first vehicles. */
import { type FreshContext, page } from "fresh";
import { withTenant } from "../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../define.ts";
import { requireCapability } from "../../../lib/auth/policy.ts";
import { createContract } from "../../../lib/contracts/commands.ts";
import { type ContractDraft, readContractDraft } from "../../../lib/contracts/contract_draft.ts";
import { type ContractChoices, listContractChoices } from "../../../lib/contracts/views.ts";
import { readForm } from "../../(_components)/form_fields.ts";
import { ContractForm, type ContractFormProps, contractLabels } from "./(_components)/contract_form.tsx";
import { sendChange } from "./(_components)/send_change.ts";

/** What the command calls by another name than the form. */
const fields = {
  customerId: "customer",
  billingEntityId: "entity",
  ratePlanVersionId: "plan",
  fromDate: "vehicles",
  toDate: "vehicles",
};

export const handler = define.handlers({
  async GET(ctx) {
    const choices = await readChoices(ctx);
    const query = ctx.url.searchParams;
    const values: ContractDraft = {
      reference: "",
      customer: query.get("customer") ?? "",
      entity: "",
      plan: query.get("plan") ?? "",
      startDate: "",
      endDate: "",
      cadence: "monthly",
      anchorDay: "1",
      anchorDate: "",
      vehicles: "",
    };
    ctx.state.title = { page: "Make a contract", section: "Contracts" };
    return page<ContractFormProps>({ values, choices, errors: [], idempotencyKey: crypto.randomUUID() });
  },
  async POST(ctx) {
    const choices = await readChoices(ctx);
    const field = await readForm(ctx.req);
    const text = (name: keyof ContractDraft) => field(name).trim();
    const values: ContractDraft = {
      reference: text("reference"),
      customer: text("customer"),
      entity: text("entity"),
      plan: text("plan"),
      startDate: text("startDate"),
      endDate: text("endDate"),
      cadence: text("cadence"),
      anchorDay: text("anchorDay"),
      anchorDate: text("anchorDate"),
      vehicles: text("vehicles"),
    };
    const sent = await sendChange(ctx, createContract, {
      key: field("key"),
      read: (db) => readContractDraft(db, values),
      fields,
      labels: contractLabels,
    });
    if ("saved" in sent) return ctx.redirect(`/contracts/${sent.saved.contractId}?done=made`, 303);
    const { errors, key, status } = sent;
    ctx.state.title = { page: "Make a contract", section: "Contracts", hasErrors: true };
    return page<ContractFormProps>({ values, choices, errors, idempotencyKey: key }, { status });
  },
});

export default define.page<typeof handler>(({ data }) => <ContractForm {...data} />);

async function readChoices(ctx: FreshContext<State>): Promise<ContractChoices> {
  const { session, tenantId } = signedIn(ctx.state);
  requireCapability(session.actor, "contracts.write");
  return await withTenant(ctx.state.environment.database, tenantId, listContractChoices, { readOnly: true });
}
