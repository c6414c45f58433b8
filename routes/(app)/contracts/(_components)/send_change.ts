/** What the button of a contract form does: one command, or what the reader can mend, beside its field. */
import type { FreshContext } from "fresh";
import type { FormError } from "../../../../components/ui/error_summary.tsx";
import type { TenantDb } from "../../../../db/tenant.ts";
import { withTenant } from "../../../../db/tenant.ts";
import { signedIn, type State } from "../../../../define.ts";
import { type Command, execute, type Json } from "../../../../lib/core/command.ts";
import { isMilepostError, type MilepostError } from "../../../../lib/core/errors.ts";
import { formErrors } from "../../../(_components)/form_fields.ts";

export type Sent<Result> =
  | { saved: Result }
  | {
    errors: FormError[];
    status: number;
    /** For the next try: the same, so that it counts once, unless this one is used up. */
    key: string;
  };

export interface Change<Input> {
  key: string;
  /** Only to see what comes of it. */
  dryRun?: boolean;
  /** Makes the input of what was typed, with ids for references. */
  read(db: TenantDb): Promise<Input>;
  /** The fields of the form by the names that the command gives them, where those differ. */
  fields?: Record<string, string>;
  /** The labels of the fields in the summary. */
  labels?: Record<string, string>;
}

/** Everything that the reader cannot mend is thrown. */
export async function sendChange<Input, Result extends Json>(
  ctx: FreshContext<State>,
  command: Command<Input, Result>,
  { key, dryRun, read, fields = {}, labels = {} }: Change<Input>,
): Promise<Sent<Result>> {
  const { session, tenantId } = signedIn(ctx.state);
  const { environment } = ctx.state;
  try {
    const input = await withTenant(environment.database, tenantId, read, { readOnly: true });
    const execution = { tenantId, actor: session.actor, key, dryRun };
    return { saved: await execute(environment, command, execution, input) };
  } catch (error) {
    if (isMilepostError(error, "KeyReused")) {
      const message =
        "This form was sent already, with other values. Look at the contract, and send this only " +
        "if it is meant as well.";
      return { errors: [{ message }], status: error.status, key: crypto.randomUUID() };
    }
    if (!isRefusal(error)) throw error;
    const errors = formErrors(error).map(({ field, message }): FormError => {
      const name = field && (fields[field] ?? field);
      return { field: name, label: name && labels[name], message };
    });
    return { errors, status: error.status, key };
  }
}

function isRefusal(error: unknown): error is MilepostError {
  return isMilepostError(error) && (error.status === 409 || error.status === 422);
}
