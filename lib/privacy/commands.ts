/** Erasing a customer or a member: what names them goes at once, but for issued documents, which are hidden and kept as long as the law says. */
import { deleteMembership, findMember, lockAdmins } from "../../db/queries/membership.ts";
import { listCustomersByReference, lockCustomer } from "../../db/queries/customer.ts";
import {
  countCustomerTies,
  insertPrivacyRequest,
  listIssuedDocuments,
  setCustomerErased,
} from "../../db/queries/privacy_request.ts";
import { requireMayChange } from "../auth/policy.ts";
import { actorKey } from "../core/actor.ts";
import { type CommandContext, defineCommand } from "../core/command.ts";
import { erasedName } from "../core/erased.ts";
import { milepostError, refuseField } from "../core/errors.ts";
import { latestKeptUntil } from "./document_terms.ts";

/** The job that does the rest of an erasure; its payload is `{ requestId }`. */
export const erasureKind = "privacy.erase";

export interface ErasureInput {
  /** `customer` or `member`. */
  subject: string;
  /** The reference of a customer, or the e-mail address of a member. */
  who: string;
}

/**
 * Erases at once what no law keeps, and hides issued documents until their term ends. Throws `InvalidInput` for someone
 * who is not there, `IllegalTransition` for a customer with whom business goes on and for the only admin, and `NotPermitted`
 * for a member who may do more than the actor.
 */
export const eraseSubject = defineCommand<ErasureInput, { requestId: string }>({
  name: "privacy.erase",
  capability: "privacy.manage",
  confirmed: true,
  subject: (_input, { requestId }) => ({ type: "privacy_request", id: requestId }),
  // Whom it names must not outlive the erasure in the trail.
  detail: ({ subject }) => ({ subject }),
  async run(context, { subject, who }) {
    if (subject !== "customer" && subject !== "member") {
      refuseField("subject", subject, "Choose a customer or a member.", "customer");
    }
    const name = who.trim();
    if (name === "") refuseField("who", who, "Fill in the reference or the e-mail address.", "C-118");
    const erased = subject === "customer"
      ? await eraseCustomer(context, name)
      : await eraseMember(context, name);
    const { db, actor, now, enqueue, emit } = context;
    const requestId = await insertPrivacyRequest(db, {
      ...erased,
      subject,
      requestedBy: actorKey(actor),
      requestedAt: now,
    });
    await enqueue(erasureKind, { requestId }, { uniqueKey: requestId });
    emit("privacy.erased", requestId, { subject });
    return { requestId };
  },
});

async function eraseCustomer({ db, now }: CommandContext, reference: string) {
  const [found] = await listCustomersByReference(db, [reference]);
  const customer = found && await lockCustomer(db, found.id);
  if (!customer) {
    return refuseField(
      "who",
      reference,
      "No customer has this reference. Copy it from the customer's page.",
      "C-118",
    );
  }
  if (customer.erasedAt) refuseField("who", reference, "This customer is erased already.");
  await requireNoTies(db, customer.id, now);
  const documents = await listIssuedDocuments(db, customer.id);
  await setCustomerErased(db, customer.id, {
    name: erasedName(customer.id),
    reference: `erased-${customer.id}`,
    now,
  });
  return { customerId: customer.id, userId: null, restrictedUntil: latestKeptUntil(documents) };
}

/** A contract or an open amount is a reason to keep the name: it must be possible to bill and to dun. */
async function requireNoTies(
  db: CommandContext["db"],
  customerId: string,
  now: Temporal.Instant,
): Promise<void> {
  const today = now.toZonedDateTimeISO("UTC").toPlainDate();
  const { contracts, invoices, credits, messages } = await countCustomerTies(db, customerId, today);
  const ties = [
    contracts > 0n && "End its contracts.",
    invoices > 0n && "Settle its invoices, and issue or remove its drafts.",
    credits > 0n && "Pay back or use up its credit.",
    messages > 0n && "Wait until its messages have left.",
  ].filter((tie) => tie !== false);
  if (ties.length === 0) return;
  throw milepostError("IllegalTransition", {
    message: `Business with this customer goes on, so its name is still needed. ${ties.join(" ")}`,
  });
}

async function eraseMember({ db, actor }: CommandContext, email: string) {
  const member = await findMember(db, email);
  if (!member) {
    return refuseField("who", email, "No member has this e-mail address.", "amira@calder.example");
  }
  requireMayChange(actor, member);
  const admins = await lockAdmins(db);
  if (admins.length === 1 && admins[0] === member.userId) {
    throw milepostError("IllegalTransition", {
      message: "This person is the only admin of the tenant. Make someone else an admin first.",
    });
  }
  await deleteMembership(db, member.userId);
  return { customerId: null, userId: member.userId, restrictedUntil: null };
}
