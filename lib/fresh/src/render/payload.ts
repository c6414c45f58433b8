/** Collects what the islands of one page need in the browser, as one block so that shared values stay shared. */
import { computed, Signal } from "@preact/signals";
import type { VNode } from "preact";
import { stringify } from "devalue";
import type { Island } from "./island_registry.ts";

/** JSX in the props of an island: rendered on the server, found again in the page by the browser. */
export interface Slot {
  id: number;
  vnode: VNode;
  rendered: boolean;
}

/** Stands for a slot or a signal in the block. */
class Reference {
  constructor(readonly kind: "Slot" | "Signal" | "Computed", readonly id: number) {}
}

const computedPrototype = Object.getPrototypeOf(computed(() => null));
const plainTags =
  /^\[object (?:Date|URL|URLSearchParams|RegExp|ArrayBuffer|DataView|Big(?:Int|Uint)64Array|(?:Uint|Int|Float)\d+(?:Clamped)?Array|Temporal\.\w+)\]$/;

export class Payload {
  readonly islands: Island[] = [];
  readonly slots = new Map<unknown, Slot>();
  #props: unknown[] = [];
  #signals: unknown[] = [];
  /** What each object was copied to; a value that two islands share is copied once. */
  #copies = new Map<object, unknown>();

  /**
   * Adds an island with its props and gives its number. The props are copied at once, because rendering precompiled JSX
   * escapes strings inside arrays in place. Throws where a value cannot be sent.
   */
  add(island: Island, props: Record<string, unknown>): number {
    const copy: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(props)) copy[name] = this.#copy(value, name, island);
    this.#props.push(copy);
    return this.islands.push(island) - 1;
  }

  #copy(value: unknown, path: string, island: Island): unknown {
    if (typeof value === "function" || typeof value === "symbol") throw cannotSend(value, path, island);
    if (typeof value !== "object" || value === null) return value;
    const known = this.#copies.get(value);
    if (known !== undefined) return known;
    if (value instanceof Signal) return this.#signal(value, path, island);
    if (isVNode(value)) return this.#slot(value);
    if (Array.isArray(value)) {
      const copy: unknown[] = Array(value.length);
      this.#copies.set(value, copy);
      value.forEach((item, index) => copy[index] = this.#copy(item, `${path}[${index}]`, island));
      return copy;
    }
    if (value instanceof Map) {
      const copy = new Map();
      this.#copies.set(value, copy);
      for (const [key, item] of value) {
        copy.set(
          this.#copy(key, `${path}.keys()`, island),
          this.#copy(item, `${path}.get(${String(key)})`, island),
        );
      }
      return copy;
    }
    if (value instanceof Set) {
      const copy = new Set();
      this.#copies.set(value, copy);
      for (const item of value) copy.add(this.#copy(item, `${path}.values()`, island));
      return copy;
    }
    const prototype = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) {
      const copy = Object.create(prototype);
      this.#copies.set(value, copy);
      for (const [key, item] of Object.entries(value)) {
        if (key === "__proto__") throw cannotSend(value, `${path}.__proto__`, island);
        copy[key] = this.#copy(item, `${path}.${key}`, island);
      }
      return copy;
    }
    if (plainTags.test(Object.prototype.toString.call(value))) return value;
    throw cannotSend(value, path, island);
  }

  #signal(signal: Signal, path: string, island: Island): Reference {
    const kind = Object.getPrototypeOf(signal) === computedPrototype ? "Computed" : "Signal";
    const reference = new Reference(kind, this.#signals.push(undefined) - 1);
    this.#copies.set(signal, reference);
    this.#signals[reference.id] = this.#copy(signal.peek(), `${path}.value`, island);
    return reference;
  }

  #slot(vnode: VNode): Reference {
    const reference = new Reference("Slot", this.slots.size);
    this.slots.set(vnode, { id: reference.id, vnode, rendered: false });
    this.#copies.set(vnode, reference);
    return reference;
  }

  /** The block as JSON that may stand in a `<script>`. `moduleOf` names the script of an island. */
  toJson(moduleOf: (island: Island) => string): string {
    const islands = this.islands.map((island) => {
      const entry = [moduleOf(island), island.exportName];
      return island.mode === "load" ? entry : [...entry, island.mode];
    });
    const kind = (name: Reference["kind"]) => (value: unknown) =>
      value instanceof Reference && value.kind === name && [value.id];
    const values = stringify([this.#props, this.#signals], {
      Slot: kind("Slot"),
      Signal: kind("Signal"),
      Computed: kind("Computed"),
    });
    return `{"islands":${JSON.stringify(islands)},"values":${values}}`.replaceAll("<", "\\u003c");
  }
}

/** Preact's own check would take an object without a prototype for a vnode. */
function isVNode(value: object): value is VNode {
  return Object.hasOwn(value, "constructor") && value.constructor === undefined;
}

function cannotSend(value: unknown, path: string, { name, file }: Island): TypeError {
  const what = typeof value === "function"
    ? "a function"
    : typeof value === "symbol"
    ? "a symbol"
    : value instanceof Promise
    ? "a promise"
    : path.endsWith(".__proto__")
    ? "a key named __proto__"
    : `an instance of ${(value as object).constructor?.name ?? "an unknown class"}`;
  return new TypeError(
    `The island ${name} (${file}) got ${what} as its prop "${path}", which cannot be sent to the browser. Pass plain ` +
      "values, Date, URL, RegExp, Map, Set, bytes, Temporal, signals or JSX; define functions inside the island.",
  );
}
