/** An island that renders another one itself, and takes an id for a field. */
import { useId } from "preact/hooks";
import Counter from "./Counter.tsx";

export default function Outer({ name }: { name: string }) {
  const id = useId();
  return (
    <div class="outer">
      <label for={id}>{name}</label>
      <input id={id} name={name} />
      <span class="id" ref={(element) => element?.setAttribute("data-id", id)} />
      <Counter label="nested" />
    </div>
  );
}
