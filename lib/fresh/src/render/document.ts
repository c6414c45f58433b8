/** Renders a page to a complete HTML document. */
import type { VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import { type Context, internalsOf } from "../context.ts";
import { AnsweredLater, AnsweredWithResponse } from "./component.ts";
import { resolveHead } from "./head.ts";
import "./hooks.ts";
import { type RenderState, withRender } from "./state.ts";

/** The document, or the Response that a page or layout answered with. */
export async function renderDocument<State>(
  vnode: VNode,
  ctx: Context<State>,
): Promise<string | Response> {
  const { snapshot, nonce, css } = internalsOf(ctx);
  while (true) {
    const state: RenderState = {
      snapshot,
      url: ctx.url,
      nonce,
      headDepth: 0,
      headElements: [],
    };
    try {
      const html = withRender(state, () => renderToString(vnode));
      return `<!DOCTYPE html>${withStyleSheets(resolveHead(html, state.headElements), css)}`;
    } catch (thrown) {
      if (thrown instanceof AnsweredWithResponse) return thrown.response;
      if (!(thrown instanceof AnsweredLater)) throw thrown;
      const result = await thrown.result;
      if (result instanceof Response) return result;
      thrown.call.settled = { result };
    }
  }
}

function withStyleSheets(html: string, css: string[]): string {
  if (css.length === 0) return html;
  const links = css.map((href) => `<link rel="stylesheet" href="${href.replaceAll("&", "&amp;")}">`).join("");
  const end = html.indexOf("</head>");
  return end < 0 ? links + html : html.slice(0, end) + links + html.slice(end);
}
