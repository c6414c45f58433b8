/** Brings islands to life: Preact, signals and this file are one script, which every island's script imports. */
import { type ComponentType, h, hydrate, render, type VNode } from "preact";
import { checkNesting, explainBrokenMarkers } from "./check_nesting.ts";
import { endOf, type PagePayload, schedule, takePayload } from "./schedule.ts";
import { islandsToLoad, nodesBetween, numberOf, readSlots } from "./slots.ts";
import { type PageValues, readValues } from "./values.ts";

declare const __FRESH_DEV__: boolean;

const modules = new Map<string, Promise<Record<string, ComponentType<object>>>>();
const components = new Map<number, ComponentType<object>>();
let values: PageValues | undefined;

/** Loads an island and those in its slots, and gives the range of the page after `start` to it. */
export async function hydrateIsland(start: Node, payload: PagePayload): Promise<void> {
  const end = endOf(start);
  if (end === undefined || start.parentNode === null) {
    const [script] = payload.islands[numberOf(start)];
    console.error(
      __FRESH_DEV__ ? explainBrokenMarkers(script, start) : `The island ${script} stands in invalid HTML`,
    );
    return;
  }
  const index = numberOf(start);
  await Promise.all([index, ...islandsToLoad(start, end)].map((each) => load(each, payload)));
  const { props, signalsChanged } = values ??= readValues(payload);
  const islandVNode = (each: number) => withIds(h(components.get(each)!, props[each]), each);
  readSlots(start, end, islandVNode);
  const parent = parentOf(start, end);
  const vnode = islandVNode(index);
  // Hydration trusts the attributes of the page; where a shared signal has moved on meanwhile, they are compared.
  const show = () => signalsChanged() ? render(vnode, parent) : hydrate(vnode, parent);
  if (__FRESH_DEV__) checkNesting(payload.islands[index][0], start, show);
  else show();
  // Shows in the timeline of developer tools, and tells tests that the island listens.
  performance.mark(`island ${payload.islands[index][0]}`);
}

async function load(index: number, { islands }: PagePayload): Promise<void> {
  const [script, exportName] = islands[index];
  let loading = modules.get(script);
  if (!loading) modules.set(script, loading = import(new URL(`${script}.js`, import.meta.url).href));
  components.set(index, (await loading)[exportName]);
}

/** Continues the numbering of `useId()` that the server used for this island; `__m` is Preact's field for it. */
function withIds<Props>(vnode: VNode<Props>, index: number): VNode<Props> {
  return Object.assign(vnode, { __m: [index + 1, 0] });
}

/** Lets Preact render between two comments as if they were an element. */
function parentOf(start: Node, end: Node): Element {
  const parent = start.parentNode as Element;
  return {
    nodeType: 1,
    namespaceURI: parent.namespaceURI,
    parentNode: parent,
    get firstChild() {
      return start.nextSibling === end ? null : start.nextSibling;
    },
    get childNodes() {
      return nodesBetween(start, end);
    },
    insertBefore: (node: Node, before: Node | null) => parent.insertBefore(node, before ?? end),
    appendChild: (node: Node) => parent.insertBefore(node, end),
    removeChild: (node: Node) => parent.removeChild(node),
    contains: (node: Node) => parent.contains(node),
  } as unknown as Element;
}

const payload = takePayload();
if (payload) schedule(payload, (start) => hydrateIsland(start, payload));
