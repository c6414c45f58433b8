/** A thread that sets documents one after the other, so that requests are answered meanwhile. */
import { parentPort } from "node:worker_threads";
import type { DocumentContent } from "./content.ts";
import { openTypeset } from "./typeset.ts";

export interface Ordered {
  place: number;
  content: DocumentContent;
}

export type Delivered = { place: number; bytes: Uint8Array } | { place: number; failure: string };

const typeset = openTypeset();

parentPort!.on("message", ({ place, content }: Ordered) => {
  parentPort!.postMessage(deliver(place, content));
});

function deliver(place: number, content: DocumentContent): Delivered {
  try {
    return { place, bytes: new Uint8Array(typeset.pdf(content)) };
  } catch (error) {
    return { place, failure: error instanceof Error ? error.message : String(error) };
  }
}
