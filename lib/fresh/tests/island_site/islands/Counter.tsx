/** Counts in a signal that it may share with other islands. */
import { type Signal, useSignal } from "@preact/signals";

export default function Counter({ count, label = "count" }: { count?: Signal<number>; label?: string }) {
  const own = useSignal(0);
  const value = count ?? own;
  return (
    <button type="button" class="counter" onClick={() => value.value++} data-value={value.value}>
      {label} {value}
    </button>
  );
}
