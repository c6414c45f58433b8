/** What the first view costs over the wire: compressed bytes before first paint, requests cold and warm, script. */
import type { CDPSession, Page } from "playwright-core";
import type { Finding } from "./finding.ts";

/** HTML, style and all that is fetched before first paint, as transferred, headers included. */
export const firstViewLimitBytes = 14 * 1024;
/** With deferred script, where a page has islands. */
export const wholePageLimitBytes = 25 * 1024;
const coldRequests = 3;
/** A page that has loaded paints at once; an empty one never does. */
const longestWaitMs = 20_000;

interface Transfer {
  url: string;
  type: string;
  bytes: number;
  start: number;
  isCached: boolean;
}

export interface Load {
  html: string;
  status: number;
  /** The Content-Security-Policy of the response. */
  policy: string | null;
  transfers: Transfer[];
  /** Milliseconds after navigation. */
  firstPaint: number;
}

/** Opens the address with an empty cache and records every transfer. */
export async function load(page: Page, session: CDPSession, url: string): Promise<Load> {
  const transfers = new Map<string, Transfer>();
  session.on("Network.requestWillBeSent", ({ requestId, request, type, timestamp }) => {
    if (request.url.startsWith("data:")) return;
    transfers.set(requestId, {
      url: request.url,
      type: type ?? "Other",
      bytes: 0,
      start: timestamp,
      isCached: false,
    });
  });
  session.on("Network.requestServedFromCache", ({ requestId }) => {
    const transfer = transfers.get(requestId);
    if (transfer) transfer.isCached = true;
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const transfer = transfers.get(requestId);
    if (transfer) transfer.bytes = encodedDataLength;
  });
  await session.send("Network.enable");
  const response = await page.goto(url, { waitUntil: "load" });
  if (!response) throw new Error(`${url} gave no response`);
  const html = await response.text();
  const firstPaint = await page.evaluate(`new Promise((resolve, reject) => {
    const find = () => performance.getEntriesByType("paint")[0];
    if (find()) return resolve(find().startTime);
    new PerformanceObserver(() => resolve(find().startTime)).observe({ type: "paint", buffered: true });
    setTimeout(() => reject(new Error("nothing was painted: is the page empty?")), ${longestWaitMs});
  })`) as number;
  const policy = response.headers()["content-security-policy"] ?? null;
  return { html, status: response.status(), policy, transfers: [...transfers.values()], firstPaint };
}

export function checkBytes({ transfers, firstPaint }: Load, hasIslands: boolean): Finding[] {
  const found: string[] = [];
  const began = Math.min(...transfers.map(({ start }) => start));
  const isScript = ({ type }: Transfer) => type === "Script";
  const early = transfers.filter((transfer) =>
    !isScript(transfer) && (transfer.start - began) * 1000 <= firstPaint
  );
  const firstView = sum(early);
  const whole = sum(transfers);
  if (firstView > firstViewLimitBytes) {
    found.push(`the first view is ${firstView} bytes, the limit ${firstViewLimitBytes}`);
  }
  if (whole > (hasIslands ? wholePageLimitBytes : firstViewLimitBytes)) {
    found.push(
      `the whole page is ${whole} bytes, the limit ${hasIslands ? wholePageLimitBytes : firstViewLimitBytes}`,
    );
  }
  if (transfers.length > coldRequests) {
    found.push(
      `${transfers.length} requests, the limit ${coldRequests}: ${transfers.map(({ url }) => url).join(" ")}`,
    );
  }
  if (!hasIslands) {
    found.push(...transfers.filter(isScript).map(({ url }) => `a script where there is no island: ${url}`));
  }
  return found.map((what) => ({ check: "bytes", what }));
}

function sum(transfers: Transfer[]): number {
  return transfers.reduce((total, { bytes }) => total + bytes, 0);
}

/** Script in the page itself, and styles that the content policy would refuse. */
export function checkInline(html: string, hasIslands: boolean): Finding[] {
  const found: string[] = [];
  if (!hasIslands && /<script\b/i.test(html)) found.push("a script element where there is no island");
  if (/\sstyle="/i.test(html)) found.push("a style attribute, which the content policy forbids");
  if (/\son[a-z]+="/i.test(html)) found.push("an event attribute, which the content policy forbids");
  return found.map((what) => ({ check: "inline", what }));
}
