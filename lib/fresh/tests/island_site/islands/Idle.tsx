/** An island that waits until it is the browser's turn. */
import type { Signal } from "@preact/signals";
import { Live } from "./modes.tsx";

export const config = { hydrate: "idle" };

export default function Idle({ count }: { count: Signal<number> }) {
  return (
    <div id="idle">
      <Live name="idle" />
      <button type="button" onClick={() => count.value++} title={`n${count.value}`}>add</button>
      <output>{count}</output>
    </div>
  );
}
