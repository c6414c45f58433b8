/** Development only: says where the page's HTML is not what the server wrote, because the parser had to move elements. */
import { options, type VNode } from "preact";

/** Preact calls `__m` when hydration finds no element for a vnode. */
const hooks = options as typeof options & { __m?: (vnode: VNode, remaining: (Node | null)[]) => void };

const advice =
  "Browsers move elements that may not stand where they are written, such as a <div> in a <p> or outside " +
  "of the cells of a table, and an <a>, <button> or <form> in another one.";

export function explainBrokenMarkers(island: string, start: Node): string {
  return `The island "${island}" begins in ${
    pathTo(start)
  } and does not end there, so it stays without script. ${advice}`;
}

/** Runs `hydrate` and reports elements that the island renders and the page does not have. */
export function checkNesting(island: string, start: Node, hydrate: () => void): void {
  const before = hooks.__m;
  hooks.__m = (vnode, remaining) => {
    const missing = typeof vnode.type === "string" ? `<${vnode.type}>` : "text";
    console.error(
      `The island "${island}" in ${pathTo(start)} renders ${missing}, which is not there. ${advice}`,
    );
    before?.(vnode, remaining);
  };
  try {
    hydrate();
  } finally {
    hooks.__m = before;
  }
}

function pathTo(node: Node): string {
  const names: string[] = [];
  for (let parent = node.parentElement; parent; parent = parent.parentElement) {
    names.unshift(parent.localName + (parent.id === "" ? "" : `#${parent.id}`));
  }
  return names.join(" > ");
}
