/** `<Head>`: elements for the document's head from anywhere in a page. */
import { type ComponentChildren, toChildArray, type VNode } from "preact";
import { useEffect } from "preact/hooks";

/**
 * Puts its children into the document's `<head>`. On the server they replace an element with the same `key`, `id`,
 * `<meta name>` or an earlier `<title>`. In an island they are set once more when the island comes to life.
 */
export function Head({ children }: { children?: ComponentChildren }): VNode | null {
  useEffect(() => {
    for (const child of toChildArray(children)) {
      if (typeof child === "object" && typeof child.type === "string") {
        setElement(child as VNode<Attributes>);
      }
    }
  });
  return null;
}

type Attributes = Record<string, unknown> & { children?: ComponentChildren };

function setElement({ type, props, key }: VNode<Attributes>): void {
  const { children, ...attributes } = props;
  const text = toChildArray(children).filter((part) => typeof part !== "object")
    .join("");
  if (type === "title") {
    document.title = text;
    return;
  }
  const find = (attribute: string, value: unknown) =>
    value === null || value === undefined ? null : document.head.querySelector(
      `${type}[${attribute}="${CSS.escape(String(value))}"]`,
    );
  const element = find("data-key", key) ?? find("id", props.id) ??
    (type === "meta" ? find("name", props.name) : null) ??
    document.head.appendChild(document.createElement(type as string));
  if (key !== null && key !== undefined) element.setAttribute("data-key", String(key));
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  if (text !== "") element.textContent = text;
}
