/** From whatever was thrown to what the person or program outside is told, and what the log keeps. */
import { HttpError } from "fresh";
import { type ErrorName, type MilepostError, milepostError, publicError } from "./lib/core/errors.ts";
import { InvalidIdError } from "./lib/core/ids.ts";
import { writeLog } from "./request_log.ts";

/** The row of the error table for a thrown value; null for a defect. */
function known(error: unknown): MilepostError | null {
  if (error instanceof InvalidIdError) return milepostError("NotFound", { cause: error });
  if (error instanceof HttpError) return milepostError(nameOf(error.status), { cause: error });
  const failure = publicError(error);
  return failure.name === "Internal" && failure !== error ? null : failure;
}

const byStatus: Partial<Record<number, ErrorName>> = {
  400: "MalformedRequest",
  401: "NotSignedIn",
  // The only 403 of the framework itself is the one for forms of other sites.
  403: "ForeignOrigin",
  404: "NotFound",
  405: "MethodNotAllowed",
  408: "RequestTimeout",
  413: "TooLarge",
  503: "DatabaseUnavailable",
};

function nameOf(status: number): ErrorName {
  return byStatus[status] ?? (status < 500 ? "MalformedRequest" : "Internal");
}

/** A thrown value as a row of the error table; a defect says nothing about itself. */
export function describeFailure(error: unknown): MilepostError {
  if (error instanceof HttpError && error.cause !== undefined) return describeFailure(error.cause);
  return known(error) ?? milepostError("Internal", { cause: error });
}

/** The same as the framework wants it, with what was thrown as its cause. */
export function asHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  const { status, message } = describeFailure(error);
  return new HttpError(status, message, { cause: error });
}

/** What the log keeps: nothing for a refusal, a line for an outage, the whole stack for a defect. */
export function logFailure(error: unknown, requestId: string, request: string): void {
  const failure = known(error instanceof HttpError && error.cause !== undefined ? error.cause : error);
  if (failure && failure.status < 500) return;
  const cause = failure?.cause ?? error;
  const text = failure
    ? (cause instanceof Error ? cause.message : failure.message)
    : (cause instanceof Error ? cause.stack ?? cause.message : String(cause));
  const line = { level: "error", requestId, request, status: failure?.status ?? 500, error: text };
  writeLog(line);
}
