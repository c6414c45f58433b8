/** Renders a page to a complete HTML document, with the scripts that its islands need and none without islands. */
import { Fragment, h, type VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import { type Context, internalsOf } from "../context.ts";
import { AnsweredLater, AnsweredWithResponse } from "./component.ts";
import { resolveHead } from "./head.ts";
import "./hooks.ts";
import { pendingSlots, withIds } from "./island.ts";
import { Payload } from "./payload.ts";
import { type RenderState, withRender } from "./state.ts";

/** The document, or the Response that a page or layout answered with. */
export async function renderDocument<State>(vnode: VNode, ctx: Context<State>): Promise<string | Response> {
  const { snapshot, nonce, css } = internalsOf(ctx);
  while (true) {
    const state: RenderState = {
      snapshot,
      scripts: snapshot?.scripts,
      url: ctx.url,
      nonce,
      payload: new Payload(),
      idCounter: [0, 0],
      headDepth: 0,
      headElements: [],
    };
    try {
      const html = withRender(state, () => render(vnode, state, ctx.config.basePath));
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

function render(vnode: VNode, state: RenderState, basePath: string): string {
  const html = renderToString(withIds(h(Fragment, null, vnode), state));
  let end = "";
  for (let pending = pendingSlots(state); pending.length > 0; pending = pendingSlots(state)) {
    end += renderToString(withIds(h(Fragment, null, pending), state));
  }
  end += scriptsFor(state, basePath);
  if (end === "") return html;
  const at = html.lastIndexOf("</body>");
  return at < 0 ? html + end : html.slice(0, at) + end + html.slice(at);
}

/**
 * The data block and the one script of a page. A page whose islands all wait gets the small script that loads the rest
 * when it is needed; otherwise the page's script is the runtime itself.
 */
function scriptsFor({ payload, scripts, snapshot, nonce }: RenderState, basePath: string): string {
  const folder = `${basePath}${scripts?.folder}`;
  const attribute = nonce === undefined ? "" : ` nonce="${nonce}"`;
  let html = "";
  if (scripts && payload.islands.length > 0) {
    const data = payload.toJson(({ file }) => scripts.moduleOf(file));
    html += `<script type="application/json" id="__FRESH">${data}</script>`;
    const eager = payload.islands.filter(({ mode }) => mode === "load");
    const needed = new Set(eager.flatMap(({ file }) => scripts.filesOf(file)));
    for (const file of needed) html += `<link rel="modulepreload" href="${folder}${file}">`;
    html += `<script type="module" src="${folder}${
      eager.length > 0 ? "runtime" : "boot"
    }.js"${attribute}></script>`;
  }
  if (snapshot?.liveReload) {
    html += `<script type="module" src="${basePath}${snapshot.liveReload}"${attribute}></script>`;
  }
  return html;
}

function withStyleSheets(html: string, css: string[]): string {
  if (css.length === 0) return html;
  const links = css.map((href) => `<link rel="stylesheet" href="${href.replaceAll("&", "&amp;")}">`).join("");
  const end = html.indexOf("</head>");
  return end < 0 ? links + html : html.slice(0, end) + links + html.slice(end);
}
