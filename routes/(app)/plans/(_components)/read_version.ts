/** The version of a plan that an address asks for. */

/** `undefined` if none is named, which means the newest; 0, which no version has, for what is no whole number. */
export function readVersion(query: URLSearchParams): number | undefined {
  const text = query.get("version");
  if (text === null) return undefined;
  return /^\d{1,9}$/.test(text) ? Number(text) : 0;
}
