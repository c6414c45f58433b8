/** What components on the server and islands in the browser both use: `fresh/runtime`. */
import { type ComponentChildren, Fragment, h, type VNode } from "preact";

export { asset, assetSrcSet } from "./asset.ts";
export { Head } from "./head.ts";
export { HttpError } from "../http_error.ts";

/** True in the browser, false on the server. */
export const IS_BROWSER: boolean = typeof document !== "undefined";

/** Marks a region for partial navigation upstream. Partials are left out here: it renders its children. */
export function Partial({ children }: { name: string; mode?: string; children?: ComponentChildren }): VNode {
  return h(Fragment, null, children);
}
