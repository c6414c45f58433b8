/** An island that waits until it is used. */
import type { Signal } from "@preact/signals";
import { Live } from "./modes.tsx";

export const config = { hydrate: "interaction" };

export default function Interaction({ count }: { count: Signal<number> }) {
  return (
    <div id="interaction">
      <Live name="interaction" />
      <button type="button" onClick={() => count.value++} title={`n${count.value}`}>add</button>
      <output>{count}</output>
    </div>
  );
}
