/** Serves the files of `static/` and the scripts of the islands. */
import type { MiddlewareFn } from "../handlers.ts";
import { internalsOf } from "../context.ts";
import { type AssetBody, lockParameter } from "../snapshot.ts";

const streamedFrom = 1 << 20;

/** Answers GET and HEAD for a known file; everything else goes on. */
export function staticFiles<State>(): MiddlewareFn<State> {
  return async (ctx) => {
    const { snapshot } = internalsOf(ctx);
    const { method, headers } = ctx.req;
    if (snapshot === undefined || (method !== "GET" && method !== "HEAD")) {
      return await ctx.next();
    }
    const path = pathBelow(ctx.url.pathname, ctx.config.basePath);
    const asset = path === undefined ? undefined : await snapshot.asset(path);
    if (asset === undefined) return await ctx.next();

    const lock = ctx.url.searchParams.get(lockParameter);
    if (lock !== null && lock !== snapshot.buildId) {
      const current = new URL(ctx.url);
      current.searchParams.delete(lockParameter);
      return ctx.redirect(current.pathname + current.search, 307);
    }
    const forGood = ctx.config.mode === "production" &&
      (asset.immutable || lock !== null);
    const response = new Headers({
      "content-type": asset.contentType,
      "cache-control": forGood ? "public, max-age=31536000, immutable" : "no-cache",
      etag: asset.etag,
    });
    if (asset.brotli) response.set("vary", "Accept-Encoding");
    if (matches(headers.get("if-none-match"), asset.etag)) {
      return new Response(null, { status: 304, headers: response });
    }

    const brotli = asset.brotli &&
      acceptsBrotli(headers.get("accept-encoding"));
    if (brotli) response.set("content-encoding", "br");
    const { body, byteLength } = await read(brotli ? asset.brotli! : asset.body);
    response.set("content-length", String(byteLength));
    if (method === "HEAD") {
      if (body instanceof ReadableStream) await body.cancel();
      return new Response(null, { headers: response });
    }
    return new Response(body, { headers: response });
  };
}

function pathBelow(pathname: string, basePath: string): string | undefined {
  if (!pathname.startsWith(`${basePath}/`)) return undefined;
  try {
    return decodeURIComponent(pathname.slice(basePath.length));
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** Weak comparison, as RFC 9110 asks for If-None-Match. */
function matches(header: string | null, etag: string): boolean {
  if (header === null) return false;
  const plain = (tag: string) => tag.trim().replace(/^W\//, "");
  return header.trim() === "*" ||
    header.split(",").some((tag) => plain(tag) === plain(etag));
}

function acceptsBrotli(header: string | null): boolean {
  return header?.split(",").some((part) => {
    const [coding, ...parameters] = part.trim().toLowerCase().split(/\s*;\s*/);
    return coding === "br" &&
      !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  }) ?? false;
}

async function read(body: AssetBody): Promise<
  {
    body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
    byteLength: number;
  }
> {
  if ("bytes" in body) {
    return { body: body.bytes, byteLength: body.bytes.byteLength };
  }
  const { size } = await Deno.stat(body.file);
  if (size >= streamedFrom) {
    return { body: (await Deno.open(body.file)).readable, byteLength: size };
  }
  const bytes = await Deno.readFile(body.file);
  return { body: bytes, byteLength: bytes.byteLength };
}
