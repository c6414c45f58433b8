/** Sets documents in threads of their own: a long one holds up neither the requests nor, with a second thread, the short ones. */
import { Worker } from "node:worker_threads";
import { milepostError } from "../core/errors.ts";
import type { DocumentContent } from "./content.ts";
import type { Delivered } from "./typesetting_thread.ts";

export interface Typesetter {
  /** The bytes of the document. Throws `DocumentsBusy` when too many wait already. */
  pdf(content: DocumentContent): Promise<Uint8Array>;
  close(): Promise<void>;
}

interface Order {
  content: DocumentContent;
  resolve: (bytes: Uint8Array) => void;
  reject: (error: Error) => void;
}

interface Thread {
  worker: Worker;
  /** What it works on. */
  order: Order | null;
}

/** More than this many waiting would wait for longer than a reader does. */
const waitingMost = 200;

/** Threads start with the first documents; `close` ends them. */
export function openTypesetter({ threads: most = 2 } = {}): Typesetter {
  const waiting: Order[] = [];
  const threads = new Set<Thread>();
  let isClosed = false;

  function next(): void {
    const order = waiting[0];
    if (!order) return;
    const free = [...threads].find((thread) => thread.order === null) ??
      (threads.size < most ? start() : undefined);
    if (!free) return;
    waiting.shift();
    free.order = order;
    free.worker.ref();
    free.worker.postMessage(order.content);
  }

  function start(): Thread {
    const worker = new Worker(new URL("./typesetting_thread.ts", import.meta.url));
    const thread: Thread = { worker, order: null };
    worker.on("message", (delivered: Delivered) => {
      const { order } = thread;
      thread.order = null;
      worker.unref(); // an idle thread keeps no process from its end
      if ("bytes" in delivered) order?.resolve(delivered.bytes);
      else order?.reject(new Error(`The document could not be set: ${delivered.failure}`));
      next();
    });
    worker.on("error", (error: Error) => lose(thread, error));
    worker.on("exit", () => lose(thread, new Error("The thread that set the document ended.")));
    threads.add(thread);
    return thread;
  }

  /** Its document fails; another thread takes its place when there is more to do. */
  function lose(thread: Thread, error: Error): void {
    threads.delete(thread);
    thread.order?.reject(error);
    thread.order = null;
    if (!isClosed) next();
  }

  return {
    pdf(content) {
      if (isClosed || waiting.length >= waitingMost) {
        return Promise.reject(milepostError("DocumentsBusy"));
      }
      return new Promise((resolve, reject) => {
        waiting.push({ content, resolve, reject });
        next();
      });
    },
    async close() {
      isClosed = true;
      for (const order of waiting.splice(0)) order.reject(milepostError("DocumentsBusy"));
      await Promise.all([...threads].map(({ worker }) => worker.terminate()));
    },
  };
}
