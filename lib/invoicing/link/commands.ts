/** The link by which a customer opens an invoice: ended and renewed by the business, and opened by whoever has it. */
import {
  findInvoiceLink,
  setInvoiceLinkEnded,
  setInvoiceLinkOpened,
  setInvoiceLinkRenewed,
} from "../../../db/queries/invoice_link.ts";
import { lockInvoicesToSettle } from "../../../db/queries/invoice_settlement.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import type { Actor } from "../../core/actor.ts";
import { defineCommand } from "../../core/command.ts";
import { milepostError } from "../../core/errors.ts";
import { isId } from "../../core/ids.ts";
import { ensureLinkKey } from "./steps.ts";

export interface LinkInput {
  invoiceId: string;
  /** The renewal that the page showed: another one since refuses this. */
  generation: number;
}

/** Ends the link of an invoice: it leads nowhere from now on. Throws `NotFound`, `Conflict`, and `IllegalTransition` if it has ended. */
export const endInvoiceLink = defineCommand<LinkInput, { invoiceId: string }>({
  name: "invoice_link.end",
  capability: "invoices.send",
  subject: ({ invoiceId }) => ({ type: "invoice", id: invoiceId }),
  async run({ db, now }, input) {
    const { id, number } = await lockInvoice(db, input);
    const { endedAt } = await requireSeen(db, input);
    if (endedAt !== null) {
      throw milepostError("IllegalTransition", {
        message: `The link to invoice ${number} has ended already. Renew it to get one that works.`,
      });
    }
    await setInvoiceLinkEnded(db, id, now);
    return { invoiceId: id };
  },
});

/** Gives an invoice another link in place of the one before, which leads nowhere from now on. Throws `NotFound`, `Conflict`. */
export const renewInvoiceLink = defineCommand<LinkInput, { invoiceId: string }>({
  name: "invoice_link.renew",
  capability: "invoices.send",
  subject: ({ invoiceId }) => ({ type: "invoice", id: invoiceId }),
  async run(context, input) {
    const { db } = context;
    const { id } = await lockInvoice(db, input);
    await requireSeen(db, input);
    await ensureLinkKey(context);
    await setInvoiceLinkRenewed(db, id);
    return { invoiceId: id };
  },
});

/** Whoever has a link: they may do nothing but open what it leads to. */
export const linkHolder: Actor = {
  kind: "system",
  id: "invoice_link",
  name: "Whoever has the link",
  capabilities: new Set(["invoices.send"]),
};

/** Keeps that someone opened an invoice by its link: it is out of the house from then on. */
export const noteInvoiceOpened = defineCommand<{ invoiceId: string }, { isFirst: boolean }>({
  name: "invoice_link.note_opened",
  capability: "invoices.send",
  subject: ({ invoiceId }) => ({ type: "invoice", id: invoiceId }),
  async run({ db, now, emit }, { invoiceId }) {
    const { id } = await lockInvoice(db, { invoiceId }); // whoever voids it at this moment waits, or was first
    const isFirst = await setInvoiceLinkOpened(db, id, now);
    if (isFirst) emit("invoice.opened", id, {});
    return { isFirst };
  },
});

async function lockInvoice(
  db: TenantDb,
  { invoiceId }: { invoiceId: string },
): Promise<{ id: string; number: string }> {
  const [invoice] = isId(invoiceId) ? await lockInvoicesToSettle(db, [invoiceId]) : [];
  if (invoice?.number) return { id: invoice.id, number: invoice.number };
  throw milepostError("NotFound", {
    message: "There is no such invoice, or it belongs to another company. Find it in the list of invoices.",
    fields: [{ field: "invoiceId", value: invoiceId }],
  });
}

async function requireSeen(db: TenantDb, { invoiceId, generation }: LinkInput) {
  const link = await findInvoiceLink(db, invoiceId);
  if (link.generation === generation) return link;
  throw milepostError("Conflict", {
    message: "Someone renewed this link at the same moment. Look at the new one first.",
  });
}
