/** What the scanners may say, and what they are not asked, each with its reason. Keep an entry as narrow as it can be. */
import type { Finding } from "./wapiti.ts";

export interface Accepted {
  kind: string;
  path: RegExp;
  about: RegExp;
  reason: string;
}

export const acceptedFindings: readonly Accepted[] = [
  {
    kind: "HTTP Secure Headers",
    path: /^\/$/,
    about: /^X-Frame-Options is not set$/,
    reason: "frame-ancestors 'none' of the content policy says it, and browsers prefer that.",
  },
  {
    kind: "HTTP Secure Headers",
    path: /^\/$/,
    about: /^X-XSS-Protection is not set$/,
    reason: "Browsers no longer have such a filter; where one was left it made holes.",
  },
];

export const isAccepted = (finding: Finding): boolean =>
  acceptedFindings.some(({ kind, path, about }) =>
    kind === finding.kind && path.test(finding.path) && about.test(finding.about)
  );

/** Modules of wapiti that are not run. */
export const modulesLeftOut: Readonly<Record<string, string>> = {
  blindsql: "It measures seconds, which say nothing on a busy machine; sqlmap asks the same by booleans.",
  brute_login_form:
    "Tries are throttled, which the limits are raised for here; tests/routes/sign_in_test.ts tries it.",
  buster: "30,000 guessed names against routes that are all known from the route table.",
  csrf:
    "It looks for a secret field. Forms are guarded by Origin and Sec-Fetch-Site (tests/attack/headers_test.ts).",
  nikto: "It downloads its list, and that list is of other products.",
  wapp: "It downloads its list, and only tells what a site is built with.",
  xxe: "Nothing here reads XML that comes in.",
};
