/** Bank details of a billing entity are proposed by one person and in force once another has approved them; their numbers are sealed. */
import {
  type BankDetails,
  findBankDetails,
  insertBankDetails,
  lockBankDetails,
  setBankDetailsDecided,
  setBankDetailsReplaced,
} from "../../db/queries/bank_details.ts";
import { requireOtherPerson } from "../auth/policy.ts";
import { actorKey } from "../core/actor.ts";
import { newId } from "../core/clock.ts";
import { type CommandContext, defineCommand } from "../core/command.ts";
import { milepostError } from "../core/errors.ts";
import { isId } from "../core/ids.ts";
import { type BankAccountInput, maskAccount, readBankAccount } from "./bank_account.ts";
import { bankDetailsContext, findBillingEntity } from "./views.ts";

export interface BankDetailsProposal extends BankAccountInput {
  billingEntityId: string;
}

/** Throws `NotFound`, `AlreadyExists` while another proposal waits, `InvalidInput`, `SecretsUnavailable`. */
export const proposeBankDetails = defineCommand<BankDetailsProposal, { bankDetailsId: string }>({
  name: "bank_details.propose",
  capability: "bank_details.propose",
  confirmed: true,
  subject: (_input, { bankDetailsId }) => ({ type: "bank_details", id: bankDetailsId }),
  detail: ({ billingEntityId }) => ({ billingEntityId }),
  async run({ db, actor, now, secrets }, { billingEntityId, ...input }) {
    const entity = await findBillingEntity(db, billingEntityId);
    const account = readBankAccount(input, entity.country);
    const id = newId<"bank details">();
    const sealed = await secrets.seal(
      bankDetailsContext(db.tenantId, id),
      new TextEncoder().encode(JSON.stringify(account)),
    );
    const proposal = { id, billingEntityId, sealed, proposedBy: actorKey(actor), proposedAt: now };
    if (!await insertBankDetails(db, { ...proposal, ...maskAccount(account) })) {
      throw milepostError("AlreadyExists", {
        message:
          "Another change of these bank details waits for its approval. Approve or refuse that one first.",
      });
    }
    return { bankDetailsId: id };
  },
});

export interface BankDetailsChoice {
  bankDetailsId: string;
}

/** Puts a proposal in force in place of what was. Throws `NotFound`, `IllegalTransition`, and `NotPermitted` for who proposed it. */
export const approveBankDetails = defineCommand<BankDetailsChoice, { billingEntityId: string }>({
  name: "bank_details.approve",
  capability: "bank_details.approve",
  confirmed: true,
  subject: ({ bankDetailsId }) => ({ type: "bank_details", id: bankDetailsId }),
  async run(context, { bankDetailsId }) {
    const proposal = await lockProposal(context, bankDetailsId);
    requireOtherPerson(actorKey(context.actor), proposal.proposedBy, "proposed these bank details", "them");
    await setBankDetailsReplaced(context.db, proposal.billingEntityId);
    await decide(context, proposal, "in_force");
    return { billingEntityId: proposal.billingEntityId };
  },
});

/** Puts a proposal aside; what is in force stays. Throws `NotFound`, `IllegalTransition`. */
export const refuseBankDetails = defineCommand<BankDetailsChoice, { billingEntityId: string }>({
  name: "bank_details.refuse",
  capability: "bank_details.approve",
  subject: ({ bankDetailsId }) => ({ type: "bank_details", id: bankDetailsId }),
  async run(context, { bankDetailsId }) {
    const proposal = await lockProposal(context, bankDetailsId);
    await decide(context, proposal, "refused");
    return { billingEntityId: proposal.billingEntityId };
  },
});

async function lockProposal({ db }: CommandContext, id: string): Promise<BankDetails> {
  const seen = isId(id) ? await findBankDetails(db, id) : undefined;
  if (!seen) {
    throw milepostError("NotFound", {
      message:
        "There are no such bank details, or they belong to another company. Find them at their entity.",
      fields: [{ field: "bankDetailsId", value: id }],
    });
  }
  await lockBankDetails(db, seen.billingEntityId);
  const current = await findBankDetails(db, id);
  if (current?.state === "proposed") return current;
  throw milepostError("IllegalTransition", {
    message: "Someone has decided about these bank details already. Reload the page to see what is in force.",
  });
}

async function decide(
  { db, actor, now }: CommandContext,
  { id }: BankDetails,
  state: "in_force" | "refused",
): Promise<void> {
  await setBankDetailsDecided(db, { id, state, decidedBy: actorKey(actor), decidedAt: now });
}
