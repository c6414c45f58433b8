/** The render that is running. Rendering is synchronous, so there is at most one. */
import type { VNode } from "preact";
import type { ClientScripts, Snapshot } from "../snapshot.ts";
import type { Payload } from "./payload.ts";

export interface RenderState {
  snapshot?: Snapshot;
  /** Missing where there is nothing to bring islands to life with; they are plain components then. */
  scripts?: ClientScripts;
  url: URL;
  nonce?: string;
  payload: Payload;
  /** What `useId()` counts with outside of islands. */
  idCounter: [root: number, count: number];
  /** Greater than 0 inside `<head>` and `<Head>`. */
  headDepth: number;
  /** For each marked element of the head, the names under which a later one replaces it. */
  headElements: string[][];
}

let current: RenderState | undefined;

/** Gives hooks and components their render, and undefined outside of one. */
export function currentRender(): RenderState | undefined {
  return current;
}

export function withRender<T>(state: RenderState, render: () => T): T {
  const outer = current;
  current = state;
  try {
    return render();
  } finally {
    current = outer;
  }
}

/** A vnode as it was before a hook gave it another type. */
export function copyOf<Props>(vnode: VNode<Props>): VNode<Props> {
  return { ...vnode };
}
