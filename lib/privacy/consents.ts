/** The consent log: which customer agreed to which words when, and when they took it back. Rows are added and never rewritten. */
import {
  findConsent as findRow,
  insertConsent,
  insertConsentText,
  listConsentTexts,
  setConsentWithdrawn,
} from "../../db/queries/consent.ts";
import { lockCustomer } from "../../db/queries/customer.ts";
import { actorKey } from "../core/actor.ts";
import { defineCommand } from "../core/command.ts";
import { milepostError, refuseField } from "../core/errors.ts";
import { isId } from "../core/ids.ts";
import { readAll, readDate, readText } from "../core/input.ts";

export interface ConsentTextInput {
  /** What is agreed to, in a few words; a text of the same purpose is its next version. */
  purpose: string;
  /** As the customer read them. */
  words: string;
}

const longestWords = 5_000;

export const writeConsentText = defineCommand<ConsentTextInput, { consentTextId: string; version: number }>({
  name: "consent_text.write",
  capability: "privacy.manage",
  subject: (_input, { consentTextId }) => ({ type: "consent_text", id: consentTextId }),
  async run({ db, actor, now }, input) {
    const text = readAll({
      purpose: () => readText("purpose", input.purpose, "Invoices by e-mail", 100),
      words: () => readText("words", input.words, "We agree to get invoices by e-mail.", longestWords),
    });
    const added = await insertConsentText(db, {
      ...text,
      writtenBy: actorKey(actor),
      writtenAt: now,
    });
    if (!added) throw milepostError("Conflict");
    return { consentTextId: added.id, version: added.version };
  },
});

export interface ConsentInput {
  customerId: string;
  consentTextId: string;
  /** The person who said yes. */
  agreedBy: string;
  /** YYYY-MM-DD; not in the future. */
  agreedOn: string;
}

/** Throws `NotFound` for a customer that is not there or erased, `AlreadyExists` while the same consent is in force, `InvalidInput`. */
export const recordConsent = defineCommand<ConsentInput, { consentId: string }>({
  name: "consent.record",
  capability: "customers.write",
  subject: ({ customerId }) => ({ type: "customer", id: customerId }),
  // Without the name, which an erasure must be able to take away.
  detail: ({ consentTextId, agreedOn }, { consentId }) => ({ consentId, consentTextId, agreedOn }),
  async run({ db, actor, now }, { customerId, consentTextId, ...input }) {
    const customer = isId(customerId) ? await lockCustomer(db, customerId) : undefined;
    if (!customer || customer.erasedAt) {
      throw milepostError("NotFound", {
        message: "There is no such customer. Find it in the list of customers.",
      });
    }
    const text = (await listConsentTexts(db)).find(({ id }) => id === consentTextId);
    if (!text) refuseField("consentTextId", consentTextId, "Choose a text from the list.");
    const consent = readAll({
      agreedBy: () => readText("agreedBy", input.agreedBy, "Amira Haddad", 100),
      agreedOn: () => readPastDay("agreedOn", input.agreedOn, now),
    });
    const consentId = await insertConsent(db, {
      ...consent,
      consentTextId,
      customerId,
      recordedBy: actorKey(actor),
      recordedAt: now,
    });
    if (consentId !== undefined) return { consentId };
    throw milepostError("AlreadyExists", {
      message: `This customer agreed to version ${text.version} already. Choose another text.`,
      fields: [{ field: "consentTextId", rule: "This one is in force already." }],
    });
  },
});

export interface WithdrawalInput {
  consentId: string;
  withdrawnOn: string;
}

/** Throws `NotFound`, `IllegalTransition` for one that is withdrawn, `InvalidInput`. */
export const withdrawConsent = defineCommand<WithdrawalInput, { customerId: string }>({
  name: "consent.withdraw",
  capability: "customers.write",
  subject: (_input, { customerId }) => ({ type: "customer", id: customerId }),
  async run({ db, actor, now }, { consentId, withdrawnOn }) {
    const consent = isId(consentId) ? await findRow(db, consentId) : undefined;
    if (!consent) {
      throw milepostError("NotFound", { message: "There is no such consent. Find it at its customer." });
    }
    const day = readPastDay("withdrawnOn", withdrawnOn, now);
    if (Temporal.PlainDate.compare(day, consent.agreedOn) < 0) {
      refuseField(
        "withdrawnOn",
        withdrawnOn,
        `Use ${consent.agreedOn}, the day of the consent, or a later day.`,
      );
    }
    if (!await setConsentWithdrawn(db, consentId, day, actorKey(actor))) {
      throw milepostError("IllegalTransition", { message: "This consent is withdrawn already." });
    }
    return { customerId: consent.customerId };
  },
});

/** It may be tomorrow already where the customer is. */
function readPastDay(field: string, value: string, now: Temporal.Instant): Temporal.PlainDate {
  const day = readDate(field, value);
  const latest = now.toZonedDateTimeISO("UTC").toPlainDate().add({ days: 1 });
  if (Temporal.PlainDate.compare(day, latest) <= 0) return day;
  return refuseField(field, value, "Use a day that has come.", latest.subtract({ days: 1 }).toString());
}
