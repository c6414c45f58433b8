/** What the job is called that reads an uploaded file. */
export const readingKind = "usage_import.read";
