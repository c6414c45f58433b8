/** JSX that the server rendered into an island's props: read off the page, so that the island can place it again. */
import { type ComponentChildren, type ComponentType, h, type VNode } from "preact";
import { endOf, isIslandStart } from "./schedule.ts";

type IslandVNode = (index: number) => VNode;

const contents = new Map<number, ComponentChildren>();
let islandVNode: IslandVNode;

/** Stands where the server had the JSX. */
export function SlotContent({ id }: { id: number }): ComponentChildren {
  if (!contents.has(id)) {
    const template = document.getElementById(`fs${id}`) as HTMLTemplateElement | null;
    if (template) {
      readEach(commentsIn(template.content));
      contents.set(id, toVNodes(template.content.childNodes));
    }
  }
  return contents.get(id);
}

/** Reads the slots in a range of the page and takes their markers out of it. `vnode` makes the islands within them. */
export function readSlots(start: Node, end: Node, vnode: IslandVNode): void {
  islandVNode = vnode;
  const comments = commentsIn(start.parentNode!, start, end);
  readEach(comments);
  for (const comment of comments) {
    if (/^\/?f[is]/.test(comment.nodeValue!)) (comment as ChildNode).remove();
  }
}

function readEach(comments: Node[]): void {
  for (const comment of comments) {
    const end = /^fs\d/.test(comment.nodeValue!) && endOf(comment);
    if (end) contents.set(numberOf(comment), toVNodes(nodesBetween(comment, end)));
  }
}

/** The comments in `root`, or of those only what lies between two nodes. */
function commentsIn(root: Node, after: Node = root, before?: Node): Node[] {
  const found: Node[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_COMMENT);
  walker.currentNode = after;
  for (let node = walker.nextNode(); node && node !== before; node = walker.nextNode()) found.push(node);
  return found;
}

export function nodesBetween(start: Node, end: Node): Node[] {
  const found: Node[] = [];
  for (let node = start.nextSibling; node && node !== end; node = node.nextSibling) found.push(node);
  return found;
}

/** The numbers of the islands in the slots of a range, and of those in slots that no island shows yet. */
export function islandsToLoad(start: Node, end: Node): number[] {
  const templates = document.querySelectorAll<HTMLTemplateElement>('template[id^="fs"]');
  return [
    commentsIn(start.parentNode!, start, end),
    ...[...templates].map(({ content }) => commentsIn(content)),
  ]
    .flat().filter(isIslandStart).map(numberOf);
}

export function numberOf(start: Node): number {
  return Number(start.nodeValue!.slice(2));
}

function toVNodes(nodes: Iterable<Node>): ComponentChildren[] {
  const vnodes: ComponentChildren[] = [];
  let skipTo: Node | undefined;
  for (const node of nodes) {
    if (skipTo) {
      if (node === skipTo) skipTo = undefined;
    } else if (node.nodeType === 3) vnodes.push(node.nodeValue);
    else if (isIslandStart(node)) {
      vnodes.push(islandVNode(numberOf(node)));
      skipTo = endOf(node);
    } else if (node instanceof Element) vnodes.push(elementVNode(node));
  }
  return vnodes;
}

/** An element as it is. Attributes and content are copied as nodes, since pages may forbid making them of text (Trusted Types). */
function elementVNode(element: Element): VNode {
  const source = element.cloneNode() as Element;
  const ref = (target: Element | null) => {
    if (target === null) return;
    for (const attribute of source.attributes) {
      if (target.getAttribute(attribute.name) !== attribute.value) {
        target.setAttributeNode(attribute.cloneNode() as Attr);
      }
    }
  };
  const content = element instanceof HTMLTemplateElement ? element.content : element;
  // The name of the element is the type; Preact takes any.
  return h(
    element.localName as unknown as ComponentType<object>,
    { ref } as object,
    toVNodes(content.childNodes),
  );
}
