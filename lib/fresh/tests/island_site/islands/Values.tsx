/** Describes what it got, in the browser. */
import { useEffect, useState } from "preact/hooks";
import { describe } from "../describe.ts";

export default function Values({ values }: { values: Record<string, unknown> }) {
  const [text, setText] = useState("");
  useEffect(() => setText(JSON.stringify(describe(values))), []);
  return <pre id="values">{text}</pre>;
}
