/** What went wrong, as sentences for whoever typed the command. A defect shows its stack, everything else what to do. */
import { ConnectionLost, DatabaseBusy, DatabaseUnavailable } from "../db/errors.ts";
import { EmbeddedFailure } from "../db/embedded_failure.ts";
import { isMilepostError } from "../lib/core/errors.ts";
import { PriceCaseError } from "../lib/pricing/price_case_error.ts";

/** Errors whose message says all there is to say. */
const spoken = [ConnectionLost, DatabaseBusy, DatabaseUnavailable, EmbeddedFailure, PriceCaseError];

export function explain(error: unknown): string {
  if (isMilepostError(error)) {
    const rules = error.fields.flatMap(({ field, value, rule }) =>
      rule === undefined || error.message.includes(rule)
        ? []
        : [`  ${field ?? "value"}${value === undefined ? "" : ` "${value}"`}: ${rule}`]
    );
    return [error.message, ...rules].join("\n");
  }
  if (spoken.some((kind) => error instanceof kind)) return (error as Error).message;
  if (error instanceof Deno.errors.PermissionDenied) {
    return `The system refused: ${error.message}. Check who owns the file or port, or use another one.`;
  }
  if (error instanceof Error && "code" in error && error.code === "EROFS") {
    return `The system refused: ${error.message}. Copy the checkout to a disk that may be written.`;
  }
  const stack = error instanceof Error ? error.stack ?? error.message : String(error);
  return `Milepost failed in a way it should not. Nothing more was changed. Send this to its makers:\n${stack}`;
}
