/** What can go wrong between this process and Postgres, each with a sentence that says what to do. */

/**
 * No connection could be opened: the server is not running, does not take the password, is too old, or the role must
 * not serve. Nothing was begun.
 */
export class DatabaseUnavailable extends Error {
  override name = "DatabaseUnavailable";
}

/** Every connection of the pool stayed in use for as long as a caller may wait. Worth a retry after a moment. */
export class DatabaseBusy extends Error {
  override name = "DatabaseBusy";
}

/**
 * The connection of a transaction ended before the transaction did. `rolled_back` means that nothing of it was kept;
 * `unknown` means that it ended during COMMIT, so that only looking tells (an idempotency key makes a retry safe).
 */
export class ConnectionLost extends Error {
  override name = "ConnectionLost";
  constructor(readonly outcome: "rolled_back" | "unknown", cause?: unknown) {
    const said = outcome === "rolled_back"
      ? "The connection to the database ended before the work was saved, so nothing of it was kept. Try again."
      : "The connection to the database ended while the work was being saved. Check whether it is there, then try again.";
    super(said, { cause });
  }
}

/** A query came after its transaction had ended, or a failed statement was swallowed before the commit: a defect. */
export class TransactionEnded extends Error {
  override name = "TransactionEnded";
}

/** Whether a statement failed because another row has the value that must be unique. The transaction can only be rolled back then. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "23505";
}

/** Whether a statement failed because another row refers to this one. The transaction can only be rolled back then. */
export function isForeignKeyViolation(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "23503" || error.code === "23001");
}

/** Says why a connection could not be opened; `url` names the server, its password is left out. */
export function whyUnavailable(url: string, cause: unknown): DatabaseUnavailable {
  const { server, database, user } = placeOf(url);
  const { code, message } = cause as { code?: string; message: string };
  const sentences: Record<string, string> = {
    ECONNREFUSED: `No Postgres answers at ${server}. Start it, or correct DATABASE_URL.`,
    ENOTFOUND: `The host of ${server} is unknown. Correct DATABASE_URL.`,
    ENOENT: `There is no Postgres socket at ${server}. Start Postgres, or correct DATABASE_URL.`,
    CONNECT_TIMEOUT: `Postgres at ${server} did not answer in time. Check the network and the server.`,
    "28P01": `Postgres at ${server} refused the password of "${user}". Correct DATABASE_URL.`,
    "28000": `Postgres at ${server} does not let "${user}" in. Correct DATABASE_URL or pg_hba.conf.`,
    "3D000": `Postgres at ${server} has no database "${database}". Create it, or correct DATABASE_URL.`,
    "53300": `Postgres at ${server} has no connection left. Raise max_connections, or lower the pool size.`,
    CONNECTION_CLOSED:
      `Postgres at ${server} ended the connection while it was being opened. Try again in a moment.`,
    ECONNRESET:
      `Postgres at ${server} ended the connection while it was being opened. Try again in a moment.`,
    "57P01": `Postgres at ${server} is shutting down. Start it, or try again in a moment.`,
    "57P03": `Postgres at ${server} is starting or shutting down. Try again in a moment.`,
  };
  return new DatabaseUnavailable(
    sentences[code ?? ""] ?? `Postgres at ${server} cannot be used: ${message}`,
    { cause },
  );
}

function placeOf(url: string): { server: string; database: string; user: string } {
  const { hostname, port, pathname, username } = new URL(url);
  return {
    server: `${decodeURIComponent(hostname)}:${port || 5432}`,
    database: decodeURIComponent(pathname.slice(1)),
    user: decodeURIComponent(username),
  };
}
