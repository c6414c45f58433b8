/** An island that waits until it is in view. */
import type { Signal } from "@preact/signals";
import { Live } from "./modes.tsx";

export const config = { hydrate: "visible" };

export default function Visible({ count }: { count: Signal<number> }) {
  return (
    <div id="visible">
      <Live name="visible" />
      <button type="button" onClick={() => count.value++} title={`n${count.value}`}>add</button>
      <output>{count}</output>
    </div>
  );
}
