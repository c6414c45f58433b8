/** What someone can press on a page without script: where its links lead, and what its forms send. */
import { fieldsOf } from "../support/pages.ts";

export interface Ask {
  method: "GET" | "POST";
  /** With its query. */
  path: string;
  fields: Record<string, string>;
}

/** Links and forms of a page, each once; forms with what their fields hold. */
export function asksOf(page: string, path: string): Ask[] {
  const asks: Ask[] = [];
  for (const [, href] of page.matchAll(/ href="(\/[^"#]*)/g)) {
    asks.push({ method: "GET", path: decode(href), fields: {} });
  }
  for (const [form, attributes] of page.matchAll(/<form([^>]*)>[\s\S]*?<\/form>/g)) {
    const action = / action="([^"]*)"/.exec(attributes)?.[1];
    const isSent = / method="post"/i.test(attributes);
    const fields = fieldsOf(form.replace(/<form[^>]*>/, '<form action="">'), "");
    delete fields[""];
    const target = decode(action ?? path).replace(/#.*/, "");
    if (isSent) asks.push({ method: "POST", path: target, fields });
    else asks.push({ method: "GET", path: `${target}?${new URLSearchParams(fields)}`, fields: {} });
    // a button may send its form elsewhere
    for (const [, other] of form.matchAll(/ formaction="([^"]*)"/g)) {
      asks.push({ method: "POST", path: decode(other).replace(/#.*/, ""), fields });
    }
  }
  return asks;
}

function decode(text: string): string {
  return text.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&lt;", "<").replaceAll(
    "&gt;",
    ">",
  )
    .replaceAll("&amp;", "&");
}

export const uuidForm = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** The address with every id taken out, so that addresses of one kind are told as one. */
export function kindOf({ method, path }: Ask): string {
  return `${method} ${path.replace(uuidForm, "*").replace(/=[^&]*/g, "=")}`;
}
