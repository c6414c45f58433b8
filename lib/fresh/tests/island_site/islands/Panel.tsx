/** Shows and hides what it is given. */
import type { ComponentChildren } from "preact";
import { useSignal } from "@preact/signals";

interface Props {
  title?: ComponentChildren;
  open?: boolean;
  items?: { label: ComponentChildren }[];
  children?: ComponentChildren;
}

export default function Panel({ title, open = true, items = [], children }: Props) {
  const shown = useSignal(open);
  return (
    <section class="panel">
      <h2>{title}</h2>
      <button type="button" class="toggle" onClick={() => shown.value = !shown.value}>toggle</button>
      {shown.value && <div class="content">{children}</div>}
      <ul>{items.map(({ label }, index) => <li key={index}>{label}</li>)}</ul>
    </section>
  );
}
