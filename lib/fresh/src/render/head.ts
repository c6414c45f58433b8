/** Moves what `<Head>` rendered into the document's head, where it replaces elements of the same name. */
import { type ComponentChildren, Fragment, h, type VNode } from "preact";
import { jsxTemplate } from "preact/jsx-runtime";
import { currentRender } from "./state.ts";

const replaceable = new Set(["title", "meta", "link", "style", "script", "base", "noscript", "template"]);

/** The names under which an element of the head can be replaced; none for one that is simply added. */
export function namesOf({ type, key, props }: VNode<Record<string, unknown>>): string[] {
  if (!replaceable.has(type as string)) return [];
  const names: string[] = [];
  if (type === "title") names.push("title");
  if (key !== null && key !== undefined) names.push(`${type} key ${key}`);
  if (props.id !== null && props.id !== undefined) names.push(`${type} id ${props.id}`);
  if (type === "meta" && props.name !== null && props.name !== undefined) {
    names.push(`meta name ${props.name}`);
  }
  return names;
}

/** Renders an element of the head between markers that say under which names it stands. */
export function HeadElement({ of, names }: { of: VNode; names: string[] }): VNode {
  const { headElements } = currentRender()!;
  headElements.push(names);
  return jsxTemplate([`<!--fh${headElements.length - 1}-->`, "<!--/fh-->"], of);
}

/** Renders the children of `<Head>` where it stands, between markers, so that context reaches them. */
export function HeadBlock({ children }: { children?: ComponentChildren }): VNode {
  return jsxTemplate(["<!--fH-->", "<!--/fH-->"], h(Fragment, null, children));
}

const block = /<!--fH-->([\s\S]*?)<!--\/fH-->/g;
const element = /<!--fh(\d+)-->([\s\S]*?)<!--\/fh-->/g;

/** Resolves all markers. Without a `<head>` in the document the elements stand before everything else. */
export function resolveHead(html: string, headElements: string[][]): string {
  if (headElements.length === 0 && !html.includes("<!--fH-->")) return html;
  let added = "";
  const rest = html.replace(block, (_whole, content: string) => {
    added += content;
    return "";
  });
  const end = rest.indexOf("</head>");
  const kept: { names: string[]; html: string }[] = [];
  const place = (content: string) =>
    content.replace(element, (_whole, index: string, tag: string) => {
      const names = headElements[Number(index)];
      const known = kept.find((other) => other.names.some((name) => names.includes(name)));
      if (known) {
        known.html = tag;
        known.names.push(...names);
        return "";
      }
      kept.push({ names: [...names], html: tag });
      return `<!--fh${kept.length - 1}-->`;
    });
  const before = end < 0 ? "" : rest.slice(0, end);
  const merged = place(before) + place(added);
  return merged.replace(/<!--fh(\d+)-->/g, (_whole, index: string) => kept[Number(index)].html) +
    (end < 0 ? rest : rest.slice(end));
}
