/** Sends a Content-Security-Policy, by default or with the directives given. */
import { internalsOf } from "../context.ts";
import type { MiddlewareFn } from "../handlers.ts";

export interface CSPOptions {
  /** Report what would be blocked, and block nothing. */
  reportOnly?: boolean;
  /** Where browsers send reports. */
  reportTo?: string;
  /** Directives that replace the default of the same name or are added. */
  csp?: string[];
  /** Allow inline scripts and styles that this app rendered, by a nonce per request. Pages with a nonce cannot be cached. */
  useNonce?: boolean;
}

const defaults = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self' data:",
  "media-src 'self' data: blob:",
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "upgrade-insecure-requests",
];

const nonceDirectives = new Set([
  "default-src",
  "script-src",
  "script-src-elem",
  "style-src",
  "style-src-elem",
  "style-src-attr",
]);

/** The policy that `csp()` sends without options. */
export function defaultPolicy(): string {
  return defaults.join("; ");
}

function nameOf(directive: string): string {
  return directive.trim().split(/\s+/, 1)[0].toLowerCase();
}

export function csp<State>(options: CSPOptions = {}): MiddlewareFn<State> {
  const { reportOnly = false, reportTo, csp: given = [], useNonce = false } = options;
  const directives = new Map(
    [...defaults, ...given].map((directive) => [nameOf(directive), directive.trim()]),
  );
  if (reportTo !== undefined) {
    directives.set("report-to", "report-to csp-endpoint");
    directives.set("report-uri", `report-uri ${reportTo}`);
  }
  const plain = [...directives.values()].join("; ");
  const withNonce = (nonce: string) =>
    [...directives].map(([name, directive]) =>
      nonceDirectives.has(name) ? directive.replaceAll("'unsafe-inline'", `'nonce-${nonce}'`) : directive
    ).join("; ");
  const header = reportOnly ? "content-security-policy-report-only" : "content-security-policy";

  return async (ctx) => {
    const own = internalsOf(ctx);
    if (useNonce) {
      own.nonce = crypto.getRandomValues(new Uint8Array(16)).toBase64();
    }
    const response = await ctx.next();
    const headers = new Headers(response.headers);
    headers.set(header, own.nonce !== undefined && own.rendered ? withNonce(own.nonce) : plain);
    if (reportTo !== undefined) {
      headers.set("reporting-endpoints", `csp-endpoint="${reportTo}"`);
    }
    return new Response(response.body, {
      status: response.status,
      statusText: response.statusText,
      headers,
    });
  };
}
