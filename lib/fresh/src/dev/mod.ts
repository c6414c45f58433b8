/** Building and developing an app: `fresh/dev`. */
export { type ApplySnapshot, Builder, type BuildSettings } from "./builder.ts";
export type { BuildOptions } from "./options.ts";
