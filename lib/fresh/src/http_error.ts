/** The error that carries an HTTP status; thrown anywhere, answered by the nearest error page. */

/** Written out, because this file also runs in browsers. */
const reasons: Record<number, string> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  410: "Gone",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

/** Ends a request with a status. The message is for developers; visitors see what the error page makes of it. */
export class HttpError extends Error {
  override name = "HttpError";
  /** HTTP status from 400 to 599. */
  readonly status: number;

  constructor(status: number, message: string = reasons[status] ?? `HTTP ${status}`, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** The status a caught value stands for: its own when it is an HttpError, otherwise 500. */
export function statusOf(error: unknown): number {
  return error instanceof HttpError ? error.status : 500;
}
