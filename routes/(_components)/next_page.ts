/** Where someone goes after signing in: only ever to a page of this site. */

/**
 * The path that `next` asks for, or Home when it leads round in a circle. It is read as a browser reads it (a backslash is a slash,
 * line breaks vanish) and loses its host; a path like `/.//host` becomes `//host`, which would be another site again.
 */
export function safeNext(next: string, origin: string): string {
  if (!next.startsWith("/") || !URL.canParse(next, origin)) return "/";
  const url = new URL(next, origin);
  if (/^\/(?:\/|sign-in(?:\/|$)|sign-out(?:\/|$))/.test(url.pathname)) return "/";
  return url.pathname + url.search;
}
