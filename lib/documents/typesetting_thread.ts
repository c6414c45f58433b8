/** A thread that sets documents one after the other, so that requests are answered meanwhile. */
import { parentPort } from "node:worker_threads";
import type { DocumentContent } from "./content.ts";
import { openTypeset } from "./typeset.ts";

export type Delivered = { bytes: Uint8Array } | { failure: string };

const typeset = openTypeset();

parentPort!.on("message", (content: DocumentContent) => parentPort!.postMessage(deliver(content)));

function deliver(content: DocumentContent): Delivered {
  try {
    return { bytes: new Uint8Array(typeset.pdf(content)) };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}
