/** What the button of a form does: it runs the form's command once, or brings back what the reader can mend. */
import type { FreshContext } from "fresh";
import type { FormError } from "../../../components/ui/error_summary.tsx";
import { signedIn, type State } from "../../../define.ts";
import { type Command, execute, type Json } from "../../../lib/core/command.ts";
import { isMilepostError } from "../../../lib/core/errors.ts";
import { formErrors } from "../../(_components)/form_fields.ts";

export interface Refusal {
  errors: FormError[];
  status: number;
  /** For the next try: the same, so that it counts once, unless this one is used up. */
  key: string;
  /** Someone changed the thing since the form was made. */
  isStale: boolean;
}

/** Runs the command of a sent form, whose fields have these labels; what the reader cannot mend on the page is thrown. */
export async function sendForm<Input, Result extends Json>(
  ctx: FreshContext<State>,
  command: Command<Input, Result>,
  key: string,
  input: Input,
  labels: Readonly<Record<string, string>>,
): Promise<{ result: Result } | { refusal: Refusal }> {
  const { session, tenantId } = signedIn(ctx.state);
  try {
    const execution = { tenantId, actor: session.actor, key };
    return { result: await execute(ctx.state.environment, command, execution, input) };
  } catch (error) {
    if (!isMilepostError(error) || (error.status !== 409 && error.status !== 422)) throw error;
    if (error.name === "KeyReused") {
      const message =
        "This form was saved already with other values. Look at what was saved, and send this " +
        "only if it is still needed.";
      const refusal = {
        errors: [{ message }],
        status: error.status,
        key: crypto.randomUUID(),
        isStale: false,
      };
      return { refusal };
    }
    const isStale = error.name === "Conflict";
    const errors = formErrors(error).map((found) => ({ ...found, label: labels[found.field ?? ""] }));
    return { refusal: { errors, status: isStale ? 409 : 422, key, isStale } };
  }
}

/** Beside each field that someone else changed: what it is now. */
export function staleErrors<Values extends object>(
  typed: Values,
  current: Values,
  labels: { [Name in keyof Values]: string },
): FormError[] {
  return (Object.keys(labels) as (keyof Values & string)[])
    .filter((field) => typed[field] !== current[field])
    .map((field) => ({
      field,
      label: labels[field],
      message: `It is ${current[field] === "" ? "empty" : `“${current[field]}”`} now.`,
    }));
}

/** A whole number as typed; −1, which no rule allows, for anything else. */
export function wholeNumberOf(text: string): number {
  return /^\d{1,9}$/.test(text.trim()) ? Number(text) : -1;
}
