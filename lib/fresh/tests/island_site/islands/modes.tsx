/** Says in the page that it has come to life. */
import { useEffect, useRef } from "preact/hooks";

export function Live({ name }: { name: string }) {
  const element = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    element.current!.dataset.live = name;
  }, []);
  return <span class="live" ref={element}>{name}</span>;
}
