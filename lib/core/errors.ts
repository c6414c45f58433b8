/** The one table of errors: a name, the HTTP status it answers with, and a sentence that says what to do. */

interface ErrorKind {
  readonly status: number;
  /** What the reader sees when the place that failed has nothing more exact to say. */
  readonly message: string;
}

/** Every way in which Milepost refuses or fails. The code of an error is its name in snake_case: `key_reused`. */
export const errors = {
  InvalidInput: { status: 422, message: "Some values are not allowed. Correct them and send them again." },
  MalformedRequest: {
    status: 400,
    message: "The request could not be read. Check its format and send it again.",
  },
  NotSignedIn: { status: 401, message: "You are not signed in. Sign in and try again." },
  SignInRefused: {
    status: 401,
    message: "The e-mail address and the password do not match. Check both and try again.",
  },
  PasskeyRefused: {
    status: 401,
    message: "This passkey did not work. Try again, or sign in another way.",
  },
  NotPermitted: {
    status: 403,
    message: "Your role does not allow this. Ask an administrator of your company for the right to do it.",
  },
  ConfirmationNeeded: {
    status: 403,
    message:
      "This moves money or gives rights, so Milepost asks again that it is you. Confirm it at /confirm and send this again.",
  },
  ForeignOrigin: {
    status: 403,
    message: "This form was sent from another site. Open the page in Milepost and send it from there.",
  },
  NotFound: {
    status: 404,
    message:
      "This does not exist, or it belongs to another company. Check the address or go back to the list.",
  },
  MethodNotAllowed: { status: 405, message: "This address does not take that kind of request." },
  RequestTimeout: {
    status: 408,
    message: "The request came too slowly, and nothing was changed. Check your connection and send it again.",
  },
  KeyReused: {
    status: 409,
    message: "This idempotency key was already used with other input. Send the same input, or use a new key.",
  },
  AlreadyExists: { status: 409, message: "This already exists. Choose another name or reference." },
  IllegalTransition: {
    status: 409,
    message: "This step is not possible in the present state. Reload the page to see what is possible now.",
  },
  PeriodClosed: {
    status: 409,
    message: "The books of this month are closed. Use a day of an open month.",
  },
  PeriodBlocked: {
    status: 409,
    message: "Something stands in the way of closing this month. See the list, and try again.",
  },
  Conflict: {
    status: 409,
    message: "Someone else changed this at the same moment. Reload the page and try again.",
  },
  LeaseLost: {
    status: 409,
    message: "This job took longer than its lease and was handed to another worker. Its effects were undone.",
  },
  JobFailed: {
    status: 500,
    message: "A job of this failed again and again. Mend what its error says and start it again.",
  },
  LinkExpired: { status: 410, message: "This link was used or has expired. Ask for a new one." },
  TooLarge: {
    status: 413,
    message: "This is too large. Split it into smaller parts and send them one by one.",
  },
  AddressTooLong: {
    status: 414,
    message: "This address is too long. Leave out filters that you do not need.",
  },
  InvalidFile: {
    status: 422,
    message: "This file could not be read. Check its format and encoding and upload it again.",
  },
  AddressRefused: {
    status: 422,
    message:
      "This address cannot be called. Use https:// and the name of a server that the public internet can reach.",
  },
  TooManyAttempts: {
    status: 429,
    message: "There were too many attempts. Wait a few minutes and try again.",
  },
  TooManyRequests: {
    status: 429,
    message: "Too many requests came at once, and this one was not done. Wait a moment and send it again.",
  },
  InvalidSetting: {
    status: 500,
    message: "A setting is not allowed. Correct the environment variable and start again.",
  },
  NestedCommand: {
    status: 500,
    message: "A command was started inside another one. Shared work is a step on the caller's transaction.",
  },
  Internal: {
    status: 500,
    message:
      "Something went wrong on our side and nothing was changed. Try again; if it stays, send us the request id.",
  },
  SecretUnreadable: {
    status: 500,
    message:
      "Something that is stored sealed could not be read: it is damaged, or its key is missing. Nothing was changed.",
  },
  SecretsUnavailable: {
    status: 503,
    message:
      "The keys that protect secrets cannot be reached. Nothing was changed. Try again in a few seconds.",
  },
  OutgoingFailed: {
    status: 502,
    message: "The other server gave no proper answer. Check its address and whether it runs, then try again.",
  },
  DocumentsBusy: {
    status: 503,
    message: "Too many documents are being made at once. Try again in a few seconds.",
  },
  DatabaseUnavailable: {
    status: 503,
    message: "The database does not answer. Nothing was changed. Try again in a few seconds.",
  },
  DatabaseBusy: {
    status: 503,
    message: "The database has too much to do. Nothing was changed. Try again in a few seconds.",
  },
  ConnectionLost: {
    status: 503,
    message:
      "The connection to the database ended meanwhile. Check whether your change is there, then try again.",
  },
} as const satisfies Record<string, ErrorKind>;

export type ErrorName = keyof typeof errors;

/** What is wrong with one value: which field, what was given, what is allowed, and a value that would do. */
export interface FieldProblem {
  /** The name of the input, the column, the JSON path or the setting. */
  field?: string;
  /** What was given, as text; long values are cut. */
  value?: string;
  /** What is allowed, as a sentence: "Use a date such as 2024-01-31." */
  rule?: string;
  /** A value that would be accepted. */
  example?: string;
}

export interface ErrorDetails {
  /** Replaces the sentence of the table; says what happened and what to do. */
  message?: string;
  fields?: readonly FieldProblem[];
  /** After how many seconds it makes sense to try again; becomes the Retry-After header. */
  retryAfterSeconds?: number;
  cause?: unknown;
}

const longestValue = 200;

/** An expected failure with its row in the table. Anything else that is thrown is a defect and answers as `Internal`. */
export class MilepostError extends Error {
  override readonly name: ErrorName;
  /** HTTP status. */
  readonly status: number;
  /** Machine-readable and stable: the name in snake_case. */
  readonly code: string;
  readonly fields: readonly FieldProblem[];
  readonly retryAfterSeconds?: number;

  constructor(name: ErrorName, details: ErrorDetails = {}) {
    super(details.message ?? errors[name].message, { cause: details.cause });
    this.name = name;
    this.status = errors[name].status;
    this.code = errorCode(name);
    this.fields = (details.fields ?? []).map(shortened);
    this.retryAfterSeconds = details.retryAfterSeconds ?? (this.status === 503 ? 5 : undefined);
  }
}

function shortened(problem: FieldProblem): FieldProblem {
  const { value } = problem;
  if (value === undefined || value.length <= longestValue) return problem;
  return { ...problem, value: `${value.slice(0, longestValue)}…` };
}

/** Makes the error of a row of the table, to be thrown: `throw milepostError("NotFound")`. */
export function milepostError(name: ErrorName, details?: ErrorDetails): MilepostError {
  return new MilepostError(name, details);
}

/** Throws `InvalidInput` for one field. */
export function refuseField(field: string, value: string, rule: string, example?: string): never {
  throw milepostError("InvalidInput", { message: rule, fields: [{ field, value, rule, example }] });
}

/** `KeyReused` → `key_reused`. */
export function errorCode(name: ErrorName): string {
  return name.replace(/(?!^)([A-Z])/g, "_$1").toLowerCase();
}

/** Whether `error` is the row `name` of the table, or any row if no name is given. */
export function isMilepostError(error: unknown, name?: ErrorName): error is MilepostError {
  return error instanceof MilepostError && (name === undefined || error.name === name);
}

/** The body of a failed answer (RFC 9457, "Problem Details for HTTP APIs"), with our code, fields and request id. */
export interface Problem {
  type: string;
  /** The error's name in words. */
  title: string;
  status: number;
  detail: string;
  code: string;
  fields?: readonly FieldProblem[];
  requestId: string;
}

/** Failures of the database layer bear the names of rows; what they say of hosts and roles is not for the outside. */
const databaseFailures: readonly ErrorName[] = ["DatabaseUnavailable", "DatabaseBusy", "ConnectionLost"];

/** Any thrown value as a row of the table. What is not in it is a defect: its text stays in the log. */
export function publicError(error: unknown): MilepostError {
  if (isMilepostError(error)) return error;
  const failure = error instanceof Error && databaseFailures.find((name) => name === error.name);
  return milepostError(failure || "Internal", { cause: error });
}

/** Describes any thrown value for the outside. */
export function problemJson(error: unknown, requestId: string): Problem {
  const known = publicError(error);
  const words = known.code.replaceAll("_", " ");
  return {
    type: `/problems/${known.code}`,
    title: words.charAt(0).toUpperCase() + words.slice(1),
    status: known.status,
    detail: known.message,
    code: known.code,
    ...(known.fields.length > 0 ? { fields: known.fields } : {}),
    requestId,
  };
}

/** The same as an HTTP answer: `application/problem+json`, with Retry-After where waiting helps. */
export function problemResponse(error: unknown, requestId: string): Response {
  const problem = problemJson(error, requestId);
  const { retryAfterSeconds } = publicError(error);
  const headers = new Headers({ "content-type": "application/problem+json", "cache-control": "no-store" });
  if (retryAfterSeconds !== undefined) headers.set("retry-after", String(retryAfterSeconds));
  return new Response(JSON.stringify(problem), { status: problem.status, headers });
}
