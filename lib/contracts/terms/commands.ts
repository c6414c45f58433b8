/** Agreeing a term of a contract, and ending one: never for a period that is billed. */
import { listChargeFacts } from "../../../db/queries/billing_facts.ts";
import {
  findTerm,
  insertTermEnd,
  insertTerms,
  listTermsOfContracts,
} from "../../../db/queries/contract_term.ts";
import { findVersionCurrency } from "../../../db/queries/rate_plan.ts";
import type { LockedContract } from "../../../db/queries/contract.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import { defineCommand } from "../../core/command.ts";
import { parseCurrencyCode } from "../../core/currency.ts";
import { milepostError } from "../../core/errors.ts";
import { isId } from "../../core/ids.ts";
import { readDate } from "../../core/input.ts";
import { showDate } from "../../pricing/words.ts";
import { requireUnbilled } from "../change_rules.ts";
import { lockToChange } from "../locked_contract.ts";
import { readTerm, type TermDraft, type TermFacts } from "./term_input.ts";

export type TermInput = TermDraft & { contractId: string };

/** Agrees a term for the periods whose first billed day lies in its days. */
export const agreeTerm = defineCommand<TermInput, { termId: string }>({
  name: "contract.agree_term",
  capability: "contracts.write",
  subject: ({ contractId }) => ({ type: "contract", id: contractId }),
  async run({ db, emit }, { contractId, ...draft }) {
    const { contract, lastBilled } = await lockToChange(db, contractId);
    const term = readTerm(draft, await loadTermFacts(db, contract));
    requireUnbilled("fromDate", term.from, lastBilled);
    const [termId] = await insertTerms(db, [{ ...term, contractId }]);
    emit("contract.term_agreed", contractId, { kind: term.kind, name: term.name, from: `${term.from}` });
    return { termId };
  },
});

/** `toDate` is the first day on which the term no longer counts; its own first day takes it back whole. */
export interface EndTermInput {
  contractId: string;
  termId: string;
  toDate: string;
}

/** Ends a term, or moves its end. */
export const endTerm = defineCommand<EndTermInput, { termId: string }>({
  name: "contract.end_term",
  capability: "contracts.write",
  subject: ({ contractId }) => ({ type: "contract", id: contractId }),
  async run({ db, emit }, { contractId, termId, toDate }) {
    const { lastBilled } = await lockToChange(db, contractId);
    const term = isId(termId) ? await findTerm(db, { contractId }, termId) : undefined;
    if (!term) throw noTerm(termId);
    const to = readDate("toDate", toDate);
    const { compare } = Temporal.PlainDate;
    if (compare(to, term.from) < 0) {
      const rule = `“${term.name}” begins on ${showDate(term.from)}. Choose that day or a later one.`;
      throw milepostError("InvalidInput", {
        message: rule,
        fields: [{ field: "toDate", value: toDate, rule, example: term.from.toString() }],
      });
    }
    requireUnbilled("toDate", term.to !== null && compare(term.to, to) < 0 ? term.to : to, lastBilled);
    await insertTermEnd(db, termId, to);
    emit("contract.term_ended", contractId, { name: term.name, to: to.toString() });
    return { termId };
  },
});

async function loadTermFacts(db: TenantDb, contract: LockedContract): Promise<TermFacts> {
  const { id, ratePlanVersionId } = contract;
  const [currency, charges, terms] = await Promise.all([
    findVersionCurrency(db, ratePlanVersionId),
    listChargeFacts(db, [ratePlanVersionId]),
    listTermsOfContracts(db, [id]),
  ]);
  return {
    ...contract,
    currency: parseCurrencyCode(currency!),
    charges: charges.get(ratePlanVersionId)!,
    terms,
  };
}

/** For a term that is not there. */
export function noTerm(termId: string): Error {
  return milepostError("NotFound", {
    message:
      "The contract has no such term, or it was taken back. Go back to the contract to see what is agreed.",
    fields: [{ field: "termId", value: termId }],
  });
}
