/** Renders islands between markers that the browser finds again, and the JSX in their props between markers of its own. */
import { type ComponentChildren, Fragment, h, type VNode } from "preact";
import { jsxTemplate } from "preact/jsx-runtime";
import { type Island, islandOf } from "./island_registry.ts";
import { copyOf, currentRender, type RenderState } from "./state.ts";

type AnyVNode = VNode<Record<string, unknown>>;

/** Preact's own fields, by their mangled names: the parent of a vnode, and the counters of `useId()`. */
interface Internals {
  __?: VNode & Internals;
  __m?: [root: number, count: number];
}

/** Everything below it belongs to an island; nested islands are plain components there. */
function InIsland({ children }: { children?: ComponentChildren }): VNode {
  return h(Fragment, null, children);
}

/** Everything below it comes from the page again; islands in it are islands. */
function InSlot({ children }: { children?: ComponentChildren }): VNode {
  return h(Fragment, null, children);
}

function isInsideIsland(vnode: VNode): boolean {
  let parent = (vnode as VNode & Internals).__;
  while (parent && parent.type !== InIsland as unknown && parent.type !== InSlot as unknown) {
    parent = parent.__;
  }
  return parent?.type === InIsland as unknown;
}

/** Replaces an island or a slot that is about to be rendered by its frame. Whether it did. */
export function frameIsland(vnode: AnyVNode, state: RenderState): boolean {
  if (state.scripts === undefined) return false;
  const island = typeof vnode.type === "function" ? islandOf(vnode.type) : undefined;
  if (island && !isInsideIsland(vnode)) {
    become(vnode, IslandFrame, { island, of: copyOf(vnode) });
    return true;
  }
  if (state.payload.slots.has(vnode) && vnode.type !== SlotFrame as unknown && isInsideIsland(vnode)) {
    become(vnode, SlotFrame, { slot: vnode, of: copyOf(vnode) });
    return true;
  }
  return false;
}

function become(vnode: AnyVNode, type: unknown, props: object): void {
  vnode.type = type as AnyVNode["type"];
  vnode.props = props as AnyVNode["props"];
}

function IslandFrame({ island, of }: { island: Island; of: AnyVNode }): VNode {
  const state = currentRender()!;
  const index = state.payload.add(island, of.props);
  const content: VNode & Internals = h(InIsland, null, of);
  content.__m = [index + 1, 0];
  return jsxTemplate([`<!--fi${index}-->`, "<!--/fi-->"], content);
}

function SlotFrame({ slot, of }: { slot: VNode; of: VNode }): VNode {
  const state = currentRender()!;
  const found = state.payload.slots.get(slot);
  if (found === undefined) return of;
  found.rendered = true;
  const content: VNode & Internals = h(InSlot, null, of);
  content.__m = state.idCounter;
  return jsxTemplate([`<!--fs${found.id}-->`, "<!--/fs-->"], content);
}

/** The slots that no island has rendered so far, in templates; rendering them may bring further ones. */
export function pendingSlots(state: RenderState): VNode[] {
  const pending = [...state.payload.slots.values()].filter((slot) => !slot.rendered);
  return pending.map((slot) => {
    slot.rendered = true;
    const { vnode } = slot;
    const of = vnode.type === SlotFrame as unknown ? (vnode.props as unknown as { of: VNode }).of : vnode;
    const content: VNode & Internals = h(InSlot, null, of);
    content.__m = state.idCounter;
    return jsxTemplate([`<template id="fs${slot.id}">`, "</template>"], content);
  });
}

/** Lets `useId()` outside of islands count on, page-wide. */
export function withIds(vnode: VNode, state: RenderState): VNode {
  (vnode as VNode & Internals).__m = state.idCounter;
  return vnode;
}
