/** Islands that stand inside a table. */
import { useSignal } from "@preact/signals";

export function Cell({ text }: { text: string }) {
  const count = useSignal(0);
  return <td class="cell" onClick={() => count.value++}>{text} {count}</td>;
}

export function Rows({ names }: { names: string[] }) {
  const list = useSignal(names);
  return (
    <>
      {list.value.map((name) => (
        <tr key={name} class="row">
          <td onClick={() => list.value = [...list.value, `${name}+`]}>{name}</td>
        </tr>
      ))}
    </>
  );
}
