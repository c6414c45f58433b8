/** The settings of an app, as given and as resolved. */

export interface FreshConfig {
  /** Serve everything below this path, for example `/billing`. */
  basePath?: string;
  /** Development shows stack traces and never lets a browser cache; default `production`. */
  mode?: "development" | "production";
  /** Take scheme and host of `ctx.url` from `X-Forwarded-Proto` and `X-Forwarded-Host`. Only behind a proxy that sets both. */
  trustProxy?: boolean;
}

export interface ResolvedFreshConfig {
  /** Empty, or a path that starts with a slash and does not end with one. */
  basePath: string;
  mode: "development" | "production";
  trustProxy: boolean;
}

export function resolveConfig(config: FreshConfig): ResolvedFreshConfig {
  const trimmed = (config.basePath ?? "").replace(/^\/+|\/+$/g, "");
  return {
    basePath: trimmed === "" ? "" : `/${trimmed}`,
    mode: config.mode ?? "production",
    trustProxy: config.trustProxy ?? false,
  };
}

/** The address a visitor typed: double slashes collapsed and, behind a trusted proxy, its scheme and host. */
export function requestUrl(request: Request, trustProxy: boolean): URL {
  const url = new URL(request.url);
  if (url.pathname.includes("//")) {
    url.pathname = url.pathname.replace(/\/{2,}/g, "/");
  }
  if (trustProxy) {
    const first = (name: string) => request.headers.get(name)?.split(",", 1)[0].trim();
    const scheme = first("x-forwarded-proto");
    const host = first("x-forwarded-host");
    if (scheme === "http" || scheme === "https") url.protocol = `${scheme}:`;
    if (host) {
      if (!/:\d+$/.test(host)) url.port = "";
      url.host = host;
    }
  }
  return url;
}
