/**
 * Calls to addresses that a tenant can set (identity providers, webhooks). Such an address must never lead into the network that
 * Milepost runs in, so the connection is made to an address that was looked at, and every redirect is looked at again.
 */
import { lookup as lookUp } from "node:dns/promises";
import http from "node:http";
import https from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { milepostError } from "./errors.ts";
import { isPublicAddress } from "./public_address.ts";

/** What differs between installations, and between them and tests. */
export interface OutgoingRules {
  /** Origins (`http://10.1.2.3:8080`) that may be called although they are private or without TLS; MILEPOST_OUTGOING_ALLOWED. */
  allowed?: readonly string[];
  /** Every address of a host name; the system's resolver if left out. */
  resolve?(host: string): Promise<string[]>;
  /** Certificates (PEM) that are trusted in place of the system's. */
  certificates?: string;
}

export interface OutgoingInit extends OutgoingRules {
  method?: string;
  headers?: HeadersInit;
  body?: BodyInit | null;
  signal?: AbortSignal | null;
  /** `manual` gives a redirect as it is; `follow` if left out. */
  redirect?: "follow" | "manual" | "error";
  /** The longest body that is read; 1,000,000 if left out. */
  maxBytes?: number;
  /** For everything together, redirects too; 10,000 if left out. */
  timeoutMs?: number;
}

const defaultMaxBytes = 1_000_000;
const defaultTimeoutMs = 10_000;
const mostRedirects = 3;

interface Call {
  url: URL;
  method: string;
  headers: Headers;
  body: Uint8Array<ArrayBuffer>;
}

/**
 * Calls a server on the public internet and gives its whole answer, whatever its status. Throws `AddressRefused` for an address that may
 * not be called and `OutgoingFailed` for a server that does not answer as it should; both say the same of what is not there
 * and of what may not be reached.
 */
export async function fetchPublic(url: string | URL, init: OutgoingInit = {}): Promise<Response> {
  const signal = AbortSignal.any([
    AbortSignal.timeout(init.timeoutMs ?? defaultTimeoutMs),
    ...(init.signal ? [init.signal] : []),
  ]);
  let call = await firstCall(url, init);
  for (let redirects = 0;; redirects++) {
    const answer = await send(call, init, signal);
    const location = redirectOf(answer);
    if (location === null || init.redirect === "manual") return answer;
    if (init.redirect === "error" || redirects === mostRedirects) {
      throw milepostError("OutgoingFailed", { message: "The other server leads on to too many addresses." });
    }
    call = nextCall(call, answer.status, location);
  }
}

async function firstCall(url: string | URL, { method = "GET", headers, body }: OutgoingInit): Promise<Call> {
  const target = parseAddress(String(url));
  const request = new Request(target, { method, headers, body });
  const own = new Headers(request.headers);
  for (const name of ["host", "connection", "content-length", "transfer-encoding"]) own.delete(name);
  // what is not packed cannot grow while it is unpacked
  own.set("accept-encoding", "identity");
  return {
    url: target,
    method: request.method,
    headers: own,
    body: new Uint8Array(await request.arrayBuffer()),
  };
}

/** How the fetch standard goes on after a redirect, but secrets and content never leave for another origin. */
function nextCall(call: Call, status: number, location: string): Call {
  const url = parseAddress(location, call.url);
  const headers = new Headers(call.headers);
  const becomesGet = call.method !== "HEAD" && (status === 303 || (status < 303 && call.method === "POST"));
  const body = becomesGet ? new Uint8Array() : call.body;
  if (url.origin !== call.url.origin) {
    if (body.length > 0) throw refused();
    headers.delete("authorization");
    headers.delete("cookie");
  }
  if (becomesGet) headers.delete("content-type");
  return { url, method: becomesGet ? "GET" : call.method, headers, body };
}

function redirectOf(answer: Response): string | null {
  return [301, 302, 303, 307, 308].includes(answer.status) ? answer.headers.get("location") : null;
}

/** The URL parser reads every odd spelling of an IPv4 address (octal, hexadecimal, one number) into the plain one. */
function parseAddress(text: string, base?: URL): URL {
  const url = URL.parse(text, base);
  if (url === null || url.username !== "" || url.password !== "") throw refused();
  return url;
}

function refused(): Error {
  return milepostError("AddressRefused");
}

async function send(call: Call, rules: OutgoingInit, signal: AbortSignal): Promise<Response> {
  const { url } = call;
  const isAllowed = rules.allowed?.includes(url.origin) ?? false;
  if (url.protocol !== "https:" && !(isAllowed && url.protocol === "http:")) throw refused();
  const addresses = await addressesOf(url, rules, signal);
  if (addresses.length === 0 || !(isAllowed || addresses.every(isPublicAddress))) throw refused();
  return await exchange(call, addresses, rules, signal);
}

async function addressesOf(url: URL, { resolve = systemResolve }: OutgoingRules, signal: AbortSignal) {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0) return [host];
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const end = () => reject(failed(signal.reason));
  if (signal.aborted) end();
  signal.addEventListener("abort", end);
  try {
    return await Promise.race([resolve(host).catch((): string[] => []), ended]);
  } finally {
    signal.removeEventListener("abort", end);
  }
}

async function systemResolve(host: string): Promise<string[]> {
  return (await lookUp(host, { all: true })).map(({ address }) => address);
}

/** Node's client asks for the addresses itself; it is told those that were looked at, so a name cannot mean another one by then. */
function answering(addresses: readonly string[]): LookupFunction {
  const known = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_host, options, done) => {
    if (options.all) done(null, known);
    else done(null, known[0].address, known[0].family);
  };
}

async function exchange(
  call: Call,
  addresses: readonly string[],
  { certificates, maxBytes = defaultMaxBytes }: OutgoingInit,
  signal: AbortSignal,
): Promise<Response> {
  const { url, method, headers, body } = call;
  const client = url.protocol === "https:" ? https : http;
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  const request = client.request(url, {
    method,
    headers: Object.fromEntries([...headers, ...(body.length > 0 ? [["content-length", body.length]] : [])]),
    lookup: answering(addresses),
    // a connection is never kept for a later call whose address was not looked at
    agent: false,
    ...(certificates === undefined ? {} : { ca: certificates }),
  });
  const end = (reason: unknown) => {
    reject(failed(reason));
    request.destroy();
  };
  const abort = () => end(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort);
  request.on("error", end);
  request.on("response", (message) => collect(message, maxBytes).then(resolve, end));
  request.end(body);
  try {
    return await promise;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

async function collect(message: http.IncomingMessage, maxBytes: number): Promise<Response> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of message) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Error(`The answer has more than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  if (!message.complete) throw new Error("The answer ended early.");
  const headers = new Headers();
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  const status = message.statusCode!;
  const body = [204, 205, 304].includes(status) ? null : new Blob(chunks as Uint8Array<ArrayBuffer>[]);
  // not the blob itself: it would bring a content type of its own
  return new Response(body?.stream() ?? null, { status, headers });
}

function failed(cause: unknown): Error {
  return milepostError("OutgoingFailed", { cause });
}
