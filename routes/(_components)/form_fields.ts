/** Reading a sent form, and turning a refusal into what stands beside its fields. */
import type { FormError } from "../../components/ui/error_summary.tsx";
import { type MilepostError, milepostError } from "../../lib/core/errors.ts";

/** The fields of a form as text. Throws `MalformedRequest` for a body that is no form. */
export async function readForm(request: Request): Promise<(name: string) => string> {
  const form = await request.formData().catch((cause) => {
    throw milepostError("MalformedRequest", { cause });
  });
  return (name) => {
    const value = form.get(name);
    return typeof value === "string" ? value : "";
  };
}

/** One entry for each field that is wrong; for a refusal without fields, its sentence alone. */
export function formErrors(error: MilepostError): FormError[] {
  if (error.fields.length === 0) return [{ message: error.message }];
  return error.fields.map(({ field, rule, example }) => ({
    field,
    message: `${rule ?? error.message}${example === undefined ? "" : ` For example ${example}.`}`,
  }));
}
