/** Says in plain JSON what a value is, on the server and in the browser alike. */

export function describe(values: Record<string, unknown>): Record<string, unknown> {
  const seen = new Map<unknown, number>();
  const one = (value: unknown): unknown => {
    if (typeof value === "number") return Object.is(value, -0) ? "-0" : `number ${value}`;
    if (typeof value !== "object" || value === null) return `${typeof value} ${String(value)}`;
    const known = seen.get(value);
    if (known !== undefined) return `same as ${known}`;
    seen.set(value, seen.size);
    if ("peek" in value) {
      let writable = true;
      const signal = value as { peek(): unknown; value: unknown };
      try {
        signal.value = signal.peek();
      } catch {
        writable = false;
      }
      return { signal: one(signal.peek()), writable };
    }
    if (value instanceof Date) return `Date ${value.toISOString()}`;
    if (value instanceof URL) return `URL ${value.href}`;
    if (value instanceof RegExp) return `RegExp ${value}`;
    if (value instanceof Uint8Array) return `bytes ${[...value]}`;
    if (value instanceof Map) return { map: [...value].map(([key, item]) => [one(key), one(item)]) };
    if (value instanceof Set) return { set: [...value].map(one) };
    const tag = Object.prototype.toString.call(value);
    if (tag.startsWith("[object Temporal")) return `${tag} ${value}`;
    if (Array.isArray(value)) {
      return Array.from({ length: value.length }, (_, index) => index in value ? one(value[index]) : "hole");
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, one(item)]));
  };
  return one(values) as Record<string, unknown>;
}
