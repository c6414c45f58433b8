/** What the Save button of the plan form does: saves once, or says beside which field it cannot. */
import type { FreshContext } from "fresh";
import type { FormError } from "../../../../components/ui/error_summary.tsx";
import type { NewCharge } from "../../../../db/queries/rate_plan.ts";
import { signedIn, type State } from "../../../../define.ts";
import { type Command, execute, type Json } from "../../../../lib/core/command.ts";
import { isMilepostError, type MilepostError, milepostError } from "../../../../lib/core/errors.ts";
import { chargesOf, planErrors, type PlanValues } from "./plan_values.ts";

export type Sent<Result> =
  | { saved: Result }
  | {
    errors: FormError[];
    status: number;
    /** For the next try: the same, so that it counts once, unless this one is used up. */
    key: string;
  };

/** Runs the command; what the reader can mend comes back, everything else is thrown. */
export async function sendPlan<Input, Result extends Json>(
  ctx: FreshContext<State>,
  command: Command<Input, Result>,
  values: PlanValues,
  key: string,
  inputOf: (charges: NewCharge[]) => Input,
): Promise<Sent<Result>> {
  const { session, tenantId } = signedIn(ctx.state);
  const { environment } = ctx.state;
  const { charges, problems } = chargesOf(values);
  try {
    const execution = { tenantId, actor: session.actor };
    if (problems.length === 0) {
      return { saved: await execute(environment, command, { ...execution, key }, inputOf(charges)) };
    }
    // A run that leaves nothing behind finds what else is wrong, so that all of it is said at once.
    await execute(environment, command, { ...execution, dryRun: true }, inputOf(charges));
    throw milepostError("InvalidInput", { fields: problems });
  } catch (error) {
    if (isMilepostError(error, "KeyReused")) {
      const message =
        "This form was saved already, with other values. Look at the list of plans, and save this " +
        "only if it is meant as one more.";
      return { errors: [{ message }], status: error.status, key: crypto.randomUUID() };
    }
    if (!isRefusal(error)) throw error;
    const fields = new Map([...problems, ...error.fields].map((problem) => [problem.field, problem]));
    const all = milepostError(error.name, { message: error.message, fields: [...fields.values()] });
    return { errors: planErrors(all, values), status: error.status, key };
  }
}

function isRefusal(error: unknown): error is MilepostError {
  return isMilepostError(error) && (error.status === 409 || error.status === 422);
}
