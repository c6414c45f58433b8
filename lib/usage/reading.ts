/** The job that reads an uploaded file: what it is called, and how long it may stand still. */
export const readingKind = "usage_import.read";

export const readingLimits = {
  /** Until the next batch of rows must be saved. */
  leaseMs: 60_000,
  /** That save no batch, one after the other; each saved batch begins the count anew. */
  attempts: 20,
} as const;
