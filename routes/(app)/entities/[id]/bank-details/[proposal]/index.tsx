/** A change of bank details, old and new side by side with their whole numbers, for the second person. */
import { type FreshContext, page } from "fresh";
import { Button } from "../../../../../../components/ui/button.tsx";
import { Facts } from "../../../../../../components/ui/facts.tsx";
import { Form } from "../../../../../../components/ui/form.tsx";
import { Notice } from "../../../../../../components/ui/notice.tsx";
import { PageHeader } from "../../../../../../components/ui/page_header.tsx";
import { Halves, Section } from "../../../../../../components/ui/section.tsx";
import { withTenant } from "../../../../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../../../../define.ts";
import { requireCapability } from "../../../../../../lib/auth/policy.ts";
import { actorKey } from "../../../../../../lib/core/actor.ts";
import { execute } from "../../../../../../lib/core/command.ts";
import { accountLines } from "../../../../../../lib/tenants/bank_account.ts";
import { approveBankDetails, refuseBankDetails } from "../../../../../../lib/tenants/bank_details.ts";
import {
  findBankDetailsProposal,
  findBillingEntity,
  findOpenBankDetails,
  openBankDetails,
} from "../../../../../../lib/tenants/views.ts";
import { readForm } from "../../../../../(_components)/form_fields.ts";
import { actorName, Missing } from "../../../../invoices/(_components)/invoice_words.tsx";

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const { entity, proposal, inForce } = await read(ctx);
    const { secrets } = ctx.state.environment;
    ctx.state.title = { page: "Change of bank details", section: entity.name };
    return page({
      entity,
      proposal,
      isMine: proposal.proposedBy === actorKey(session.actor),
      proposed: accountLines(await openBankDetails(secrets, tenantId, proposal)),
      current: inForce ? accountLines(await openBankDetails(secrets, tenantId, inForce)) : null,
    }, { headers: { "cache-control": "no-store" } });
  },
  async POST(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const { id, proposal } = ctx.params;
    const field = await readForm(ctx.req);
    const approves = field("decision") === "approve" && field("refuse") === "";
    await execute(
      ctx.state.environment,
      approves ? approveBankDetails : refuseBankDetails,
      { tenantId, actor: session.actor },
      { bankDetailsId: proposal },
    );
    return ctx.redirect(`/entities/${id}?done=${approves ? "approved" : "refused"}`, 303);
  },
});

export default define.page<typeof handler>(({ data }) => {
  const { entity, proposal, isMine, proposed, current } = data;
  const here = `/entities/${entity.id}`;
  return (
    <>
      <PageHeader
        trail={[
          { label: "Home", href: "/" },
          { label: "Billing entities", href: "/entities" },
          { label: entity.name, href: here },
        ]}
        here="Change of bank details"
        title="Change of bank details"
        state={`Proposed by ${actorName(proposal.proposedBy, proposal.proposedByName)}. ` +
          "Once approved, it takes the place of what is in force."}
      />
      <Notice tone="warn">
        {isMine
          ? "You proposed this, so another person approves it. You can only take it back."
          : "Check the new numbers with the bank’s own letter, not with the message that asked for the change."}
      </Notice>
      <Halves>
        <Section id="new" title="New" first>
          <Facts facts={proposed} />
        </Section>
        <Section id="current" title="In force" first>
          {current ? <Facts facts={current} /> : (
            <p class="py-4 border-t border-b border-line">
              <Missing>none</Missing>
            </p>
          )}
        </Section>
      </Halves>
      <div class="mt-12">
        {isMine ? <TakeBack here={here} id={proposal.id} /> : <Decide here={here} id={proposal.id} />}
      </div>
    </>
  );
});

function Decide({ here, id }: { here: string; id: string }) {
  return (
    <Form
      action={`${here}/bank-details/${id}`}
      submit="Approve the new bank details"
      hidden={{ decision: "approve" }}
      otherButtons={<Button kind="stop" name="refuse" value="yes">Refuse the change</Button>}
      cancel={{ label: "Decide later", href: here }}
    >
      {null}
    </Form>
  );
}

function TakeBack({ here, id }: { here: string; id: string }) {
  return (
    <Form
      action={`${here}/bank-details/${id}`}
      submit="Take the change back"
      kind="normal"
      hidden={{ decision: "refuse" }}
      cancel={{ label: "Leave it for approval", href: here }}
    >
      {null}
    </Form>
  );
}

async function read(ctx: FreshContext<State>) {
  const { session, tenantId } = signedIn(ctx.state);
  requireCapability(session.actor, "bank_details.approve");
  const { id, proposal } = ctx.params;
  return await withTenant(ctx.state.environment.database, tenantId, async (db) => ({
    entity: await findBillingEntity(db, id),
    proposal: await findBankDetailsProposal(db, id, proposal),
    inForce: (await findOpenBankDetails(db, id)).inForce,
  }), { readOnly: true });
}
