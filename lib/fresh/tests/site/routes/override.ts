/** A route with a pattern of its own. */
import type { Context, RouteConfig } from "fresh";

export const config: RouteConfig = { routeOverride: "/x/:module@:version/:path*" };

export const handler = (ctx: Context<unknown>) => ctx.json(ctx.params);
