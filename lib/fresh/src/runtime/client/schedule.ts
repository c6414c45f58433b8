/** Finds the islands of the page and brings each to life when its time has come. Loaded on every page with islands. */

export interface PagePayload {
  /** Script, export and, unless it is `load`, the hydration mode of each island on the page. */
  islands: [script: string, exportName: string, mode?: string][];
  /** The props of the islands and the values of their signals, in devalue's form. */
  values: unknown[];
}

/** The data block of the page; undefined where there is none or another script has begun with it. */
export function takePayload(): PagePayload | undefined {
  const block = document.getElementById("__FRESH");
  if (block === null || block.dataset.taken !== undefined) return undefined;
  block.dataset.taken = "";
  return JSON.parse(block.textContent);
}

/** The comment that ends what `start` begins; undefined where the parser has moved one of them. */
export function endOf(start: Node): Node | undefined {
  const kind = start.nodeValue!.slice(0, 2);
  const another = new RegExp(`^${kind}\\d`);
  let depth = 0;
  for (let node = start.nextSibling; node; node = node.nextSibling) {
    if (node.nodeType !== 8) continue;
    if (node.nodeValue === `/${kind}`) {
      if (depth-- === 0) return node;
    } else if (another.test(node.nodeValue!)) depth++;
  }
  return undefined;
}

export function isIslandStart(node: Node): boolean {
  return node.nodeType === 8 && /^fi\d/.test(node.nodeValue!);
}

/** Calls `hydrate` for every island that does not lie within another one, in the order of the page. */
export function schedule({ islands }: PagePayload, hydrate: (start: Node) => void | Promise<void>): void {
  const starts: Node[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_COMMENT);
  let depth = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (isIslandStart(node) && depth++ === 0) starts.push(node);
    else if (node.nodeValue === "/fi") depth--;
  }
  for (const start of starts) {
    const mode = islands[Number(start.nodeValue!.slice(2))][2];
    const run = () => hydrate(start);
    if (mode === "idle") whenIdle(run);
    else if (mode === "visible") whenVisible(elementsAfter(start), run);
    else if (mode === "interaction") whenUsed(elementsAfter(start), run);
    else run();
  }
}

/** The elements of an island, or the one around it where it consists of text. */
function elementsAfter(start: Node): Element[] {
  const found: Element[] = [];
  const end = endOf(start);
  for (let node = start.nextSibling; node && node !== end; node = node.nextSibling) {
    if (node instanceof Element) found.push(node);
  }
  return found.length > 0 ? found : [start.parentElement!];
}

function whenIdle(run: () => void): void {
  // Safari has no requestIdleCallback.
  if (typeof requestIdleCallback === "function") requestIdleCallback(run);
  else setTimeout(run, 200);
}

function whenVisible(elements: Element[], run: () => void): void {
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    run();
  }, { rootMargin: "100px" });
  for (const element of elements) observer.observe(element);
}

/**
 * Starts on the first touch, focus, pointer or key. A click on a plain button that comes before the island is ready is
 * repeated once it is; links and submit buttons act by themselves.
 */
function whenUsed(elements: Element[], run: () => void | Promise<void>): void {
  const events = ["pointerover", "pointerdown", "focusin", "keydown", "click"];
  let clicked: HTMLElement | null = null;
  let begun = false;
  const listen = async (event: Event) => {
    if (event.type === "click") {
      clicked = (event.target as Element).closest<HTMLElement>('button[type="button"],[role="button"]');
    }
    if (begun) return;
    begun = true;
    await run();
    for (const element of elements) {
      for (const name of events) element.removeEventListener(name, listen, true);
    }
    clicked?.click();
  };
  for (const element of elements) {
    for (const name of events) element.addEventListener(name, listen, { capture: true, passive: true });
  }
}
