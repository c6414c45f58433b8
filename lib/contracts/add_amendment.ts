/** Adds an amendment to a locked contract, with its reason and who agreed it. */
import { insertAmendments, type NewAmendment } from "../../db/queries/contract_amendment.ts";
import { actorKey } from "../core/actor.ts";
import type { CommandContext } from "../core/command.ts";
import { readText } from "../core/input.ts";

export async function addAmendment(
  { db, now, actor }: CommandContext,
  amendment:
    & Pick<NewAmendment, "contractId" | "kind" | "effectiveDate" | "reason">
    & Partial<Pick<NewAmendment, "untilDate" | "fromVersionId" | "toVersionId" | "endDateBefore">>,
): Promise<void> {
  await insertAmendments(db, now, [{
    untilDate: null,
    fromVersionId: null,
    toVersionId: null,
    endDateBefore: null,
    ...amendment,
    reason: readText("reason", amendment.reason, "Agreed by letter of 3 May"),
    actor: actorKey(actor),
  }]);
}
