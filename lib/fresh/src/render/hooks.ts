/** Preact option hooks: they see every vnode just before it is rendered, however and whenever it was made. */
import { options, type VNode } from "preact";
import { asset, assetSrcSet } from "../runtime/asset.ts";
import { Head } from "../runtime/head.ts";
import { HeadBlock, HeadElement, namesOf } from "./head.ts";
import { frameIsland } from "./island.ts";
import { copyOf, currentRender, type RenderState } from "./state.ts";

type AnyVNode = VNode<Record<string, unknown>>;

/** Preact calls these hooks by their mangled names: `__b` before a vnode is diffed, `diffed` after it. */
const hooks = options as typeof options & { __b?: (vnode: AnyVNode) => void };

const marked = new WeakSet<object>();
const before = hooks.__b;
const after = hooks.diffed;

hooks.__b = (vnode) => {
  const state = currentRender();
  if (state) beforeRender(vnode, state);
  before?.(vnode);
};

hooks.diffed = (vnode) => {
  const state = currentRender();
  if (state && (vnode.type === "head" || vnode.type === HeadBlock)) {
    state.headDepth--;
  }
  after?.(vnode);
};

function beforeRender(vnode: AnyVNode, state: RenderState): void {
  if (frameIsland(vnode, state)) return;
  if (typeof vnode.type === "function") {
    // The types differ in their props, which Head and HeadBlock share.
    if (vnode.type === Head as unknown) {
      vnode.type = HeadBlock as unknown as AnyVNode["type"];
    }
    if (vnode.type === HeadBlock as unknown) state.headDepth++;
    return;
  }
  const { props } = vnode;
  switch (vnode.type) {
    case "head":
      state.headDepth++;
      return;
    case "a":
      markCurrent(vnode, state.url);
      return;
    case "img":
    case "source":
      lock(vnode, state);
      return;
    case "script":
    case "style":
      if (state.nonce !== undefined && props.nonce === undefined) {
        vnode.props = { ...props, nonce: state.nonce };
      }
  }
  if (state.headDepth > 0 && !marked.has(vnode)) {
    const names = namesOf(vnode);
    if (names.length === 0) return;
    const of = copyOf(vnode);
    marked.add(of);
    vnode.type = HeadElement as unknown as AnyVNode["type"];
    vnode.props = { of, names } as unknown as AnyVNode["props"];
  }
}

/** Tells style sheets and screen readers which link leads to the page itself, and style sheets which to one above it. */
function markCurrent(vnode: AnyVNode, url: URL): void {
  const { href } = vnode.props;
  if (
    typeof href !== "string" || !href.startsWith("/") || href.startsWith("//")
  ) return;
  const target = new URL(href, url);
  if (target.pathname === url.pathname) {
    if (target.search !== "" && target.search !== url.search) return;
    vnode.props = { "aria-current": "page", "data-current": "true", ...vnode.props };
  } else if (target.pathname !== "/" && url.pathname.startsWith(`${target.pathname}/`)) {
    vnode.props = { "data-ancestor": "true", ...vnode.props };
  }
}

/** Lets browsers keep the images of `static/` for good. */
function lock(vnode: AnyVNode, { snapshot }: RenderState): void {
  const { src, srcset, srcSet = srcset } = vnode.props;
  if (snapshot === undefined || vnode.props["data-fresh-disable-lock"] !== undefined) return;
  const isStatic = (address: string) => snapshot.hasStaticFile(address.split(/[?#]/, 1)[0]);
  const props = { ...vnode.props };
  if (typeof src === "string" && isStatic(src)) props.src = asset(src);
  if (typeof srcSet === "string") {
    delete props.srcSet;
    props.srcset = srcSet.split(",").map((part) =>
      isStatic(part.trim().split(/\s/, 1)[0]) ? assetSrcSet(part) : part
    )
      .join(",");
  }
  vnode.props = props;
}
