/** A page without the layout. */
import type { RouteConfig } from "fresh";

export const config: RouteConfig = { skipInheritedLayouts: true, csp: true };

export default () => <h1>New</h1>;
