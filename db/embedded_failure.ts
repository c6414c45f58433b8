/** The one error of the embedded Postgres: a sentence that says what happened and what to do. */
export class EmbeddedFailure extends Error {
  override name = "EmbeddedFailure";
}
