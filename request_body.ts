/** What a request may look like before any route reads it: its address, its host, and a body that keeps coming and has an end. */
import type { FreshContext } from "fresh";
import type { State } from "./define.ts";
import { milepostError } from "./lib/core/errors.ts";

/** How fast a body must come: after a time of grace, so many bytes for every second since it began. */
export interface BodyPace {
  graceMs: number;
  bytesPerSecond: number;
}

/** 32 kbit/s: a bad line of a phone is faster, and whoever holds a connection open for longer means to. */
export const bodyPace: BodyPace = { graceMs: 15_000, bytesPerSecond: 4_000 };

const longestAddress = 8_192;
const hostForm = /^(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;

/** Refuses a host that is none, which could make one address look like another, and an address that is too long or holds a zero character. */
export function requireSoundAddress(ctx: FreshContext<State>): Promise<Response> {
  const host = ctx.req.headers.get("host");
  if (host !== null && !hostForm.test(host)) throw milepostError("MalformedRequest");
  // no database keeps this character, and nobody types it
  if (/%00/.test(ctx.url.href)) throw milepostError("MalformedRequest");
  if (ctx.url.href.length > longestAddress) throw milepostError("AddressTooLong");
  return ctx.next();
}

/**
 * The request with its body bounded: reading it throws `TooLarge` above `mostBytes`, before the rest is read, and `RequestTimeout`
 * if it comes too slowly. Routes set narrower bounds of their own.
 */
export function boundBody(request: Request, mostBytes: number, pace: BodyPace): Request {
  if (!request.body) return request;
  return new Request(request, { body: ReadableStream.from(bounded(request.body, mostBytes, pace)) });
}

async function* bounded(
  body: ReadableStream<Uint8Array>,
  mostBytes: number,
  { graceMs, bytesPerSecond }: BodyPace,
): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  const deadline = new Deadline(graceMs);
  let bytes = 0;
  try {
    while (true) {
      const { done, value } = await Promise.race([reader.read(), deadline.passed]);
      if (done) return;
      bytes += value.length;
      if (bytes > mostBytes) throw milepostError("TooLarge");
      deadline.extendBy(value.length / bytesPerSecond * 1000);
      yield value;
    }
  } finally {
    deadline.end();
    // what was not read is not wanted; nobody waits for it to end
    reader.cancel().catch(() => {});
  }
}

/** An instant that moves on as bytes come in. */
class Deadline {
  readonly passed: Promise<never>;
  readonly #reject: (error: unknown) => void;
  readonly #startedMs = performance.now();
  #allowedMs: number;
  #timer: ReturnType<typeof setTimeout>;

  constructor(allowedMs: number) {
    const { promise, reject } = Promise.withResolvers<never>();
    // it may pass when nobody waits for a piece
    promise.catch(() => {});
    this.passed = promise;
    this.#reject = reject;
    this.#allowedMs = allowedMs;
    this.#timer = this.#start();
  }

  extendBy(ms: number): void {
    this.#allowedMs += ms;
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #start(): ReturnType<typeof setTimeout> {
    const leftMs = this.#startedMs + this.#allowedMs - performance.now();
    return setTimeout(() => {
      if (performance.now() - this.#startedMs < this.#allowedMs) this.#timer = this.#start();
      else this.#reject(milepostError("RequestTimeout"));
    }, Math.max(0, leftMs));
  }
}
