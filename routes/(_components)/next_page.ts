/** Where someone goes after signing in: only ever to a page of this site. */

/** The path that `next` asks for, or Home when it leads off this site or round in a circle. */
export function safeNext(next: string | null, origin: string): string {
  // A browser reads a backslash as a slash and drops tabs and line breaks, so only plain paths pass.
  // deno-lint-ignore no-control-regex -- what browsers drop must not pass
  if (!next || !/^\/(?![/\\])[^\\\x00-\x20]*$/.test(next) || !URL.canParse(next, origin)) return "/";
  const url = new URL(next, origin);
  if (url.origin !== new URL(origin).origin) return "/";
  if (/^\/(?:sign-in|sign-out)(?:\/|$)/.test(url.pathname)) return "/";
  return url.pathname + url.search;
}
