/** The addresses by which machines watch this process. They have no session and no page. */

export function isProbe(path: string): boolean {
  return /^\/(?:health|metrics)(?:\/|$)/.test(path);
}
